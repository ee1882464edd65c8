/** What is known of a Chandra source once it is read: classes, features as columns, hosts. */
export { CLASSES } from "./classes.ts";
export { columnIn, columnOf, fromColumns, rowsOf } from "./columns.ts";
export { FEATURE_NAMES, FEATURES, SURVEYS } from "./features.ts";
export { withFilledFlux } from "./filled-flux.ts";
export { HOST_LISTS, logLuminosity, membership, membersOf } from "./objects.ts";
