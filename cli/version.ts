/** The version that the command line says it is; a test holds it to package.json's. */
export const version = "0.1.0";
