// The alert inbox: a acknowledges, s sends, d drops the row that was moved to, where its buttons offer that.
import { onKeys } from "./keys.js";
import { currentRow } from "./rows.js";

const step = (key) => () => currentRow()?.querySelector(`[data-step=${key}]`)?.click();

onKeys({ a: step("a"), s: step("s"), d: step("d") });
