/* Marks the page as drawn: all that it shows comes from the server. */
import { $ } from "./frame.js";

$("main").dataset.newest = "drawn";
