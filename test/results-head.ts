/** What a run says of itself, of one that never was. */
export const HEAD = {
  data: "two sources",
  dataSha256: "0".repeat(64),
  simulated: false,
  profile: "smoke",
  seed: 1,
  versions: {},
};
