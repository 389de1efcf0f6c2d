/** Where Electron starts. Everything else is boot.ts's, which tests can start too. */
import * as electron from "electron";
import { boot } from "./boot.ts";

void boot(electron, process);
