// The list of sessions: x ticks the row that was moved to.
import { onKeys } from "./keys.js";
import { currentRow } from "./rows.js";

onKeys({ x: () => currentRow()?.querySelector("[type=checkbox]").click() });
