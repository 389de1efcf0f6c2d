/**
 * Before each file of tests. Random laws draw the same values in every run of the checks, so that a change is judged by itself and not by luck. `npm run soak` draws
 * fresh ones, and more of them: what it finds becomes a test of its own.
 */
import fc from "fast-check";
import { restart } from "./numbers.ts";

if (!process.env["SOAK"]) fc.configureGlobal({ seed: 20_261_124 });
restart();
