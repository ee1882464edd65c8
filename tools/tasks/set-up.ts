import { setUp } from "../setup/set-up.ts";
import { runTask } from "./run-task.ts";

await runTask(async (signal) => {
  await setUp(signal);
  console.log("Everything is set up.");
  return 0;
});
