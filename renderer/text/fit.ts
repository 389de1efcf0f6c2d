/** Words of the drawing's variables from data, in the Identify tab. Every key of en has its es. */
import type { RoomText } from "./room.ts";

const en = {
  "fit.sought": "Sought",
  "fit.sought.model": "A model",
  "fit.sought.variables": "Variables",
  "fit.settings": "Variables from data",
  "fit.variables": "Variables to estimate",
  "fit.variables.none":
    "No variable of the drawing is a plain number. Make variables of what is sought, in the inspector.",
  "fit.help":
    "The most likely values under an extended Kalman filter of the drawing. Q, R, x₀ and P₀ are as in the Estimate tab, and may be written with variables, which can then be estimated too.",
  "fit.least": "min",
  "fit.most": "max",
  "fit.lower": "Lower bound of {{name}}",
  "fit.upper": "Upper bound of {{name}}",
  "fit.bounds.order":
    "The lower bound {{lower}} must be below the upper bound {{upper}}. Change one, or leave it empty.",
  "fit.bounds.outside":
    "The search starts from {{name}} = {{value}}, which is out of bounds. Move the bound, or change the variable.",
  "fit.go": "Estimate variables",
  "fit.busy": "Computing…",
  "fit.round": "Iteration {{iteration}}, log-likelihood {{likelihood}}",
  "fit.starting": "Running the filter at the start",
  "fit.empty": "No estimates yet",
  "fit.empty.next": "Tick variables and estimate them: the drawing is then run against the data, one sample ahead.",
  "fit.view": "What is plotted",
  "fit.view.ahead": "One sample ahead",
  "fit.view.errors": "Errors",
  "fit.view.rounds": "Iterations",
  "fit.foretold": "foretold",
  "fit.ahead.described": "{{names}}: measured, and foretold one sample ahead with the band that holds 95 %.",
  "fit.result": "Estimates",
  "fit.variable": "Variable",
  "fit.before": "Before",
  "fit.value": "Estimate ± deviation",
  "fit.apart": "{{value}}: without effect",
  "fit.apart.help": "What is measured does not depend on it",
  "fit.bound.lower": "{{value}}: at its lower bound",
  "fit.bound.upper": "{{value}}: at its upper bound",
  "fit.bound.help": "The data speak for a value beyond it; how sure they are is not known at a bound",
  "fit.likelihood": "Log-likelihood: {{before}} before, {{after}} now.",
  "fit.held": "Of the data held back: {{before}} before, {{after}} now.",
  "fit.nis.within": "Errors are as large as the filter expects: {{mean}} of 1, within {{low}} to {{high}}.",
  "fit.nis.above":
    "Errors are larger than the filter expects: {{mean}} of 1, beyond {{high}}. Raise Q or R, or estimate them: write them with a variable.",
  "fit.nis.below":
    "Errors are smaller than the filter expects: {{mean}} of 1, below {{low}}. Lower Q or R, or estimate them: write them with a variable.",
  "fit.write": "Write into variables",
  "fit.written": "{{names}} have the estimated values",
  "fit.stale": "{{names}} no longer exists in the drawing.",
  "fit.fault.NO_VARIABLE": "No variable is ticked.",
  "fit.fault.SINGULAR":
    "The data do not tell these variables apart (rcond {{rcond}}). Tick fewer: of a product or a ratio only one can be found.",
  "fit.fault.NO_LIKELIHOOD":
    "The filter fails at the present values. Raise Q and R, or bring the variables closer to what they may be.",
  "fit.fault.FAILED": "The estimation failed, a fault of Lazo itself. Try fewer variables or a shorter record.",
} as const;

const es: { readonly [K in keyof typeof en]: string } = {
  "fit.sought": "Se busca",
  "fit.sought.model": "Un modelo",
  "fit.sought.variables": "Variables",
  "fit.settings": "Variables a partir de datos",
  "fit.variables": "Variables por estimar",
  "fit.variables.none":
    "Ninguna variable del dibujo es un número. Convierta en variables lo que se busca, en el inspector.",
  "fit.help":
    "Los valores más verosímiles según un filtro de Kalman extendido del dibujo. Q, R, x₀ y P₀ son los de la pestaña Estimar, y pueden escribirse con variables, que entonces también pueden estimarse.",
  "fit.least": "mín",
  "fit.most": "máx",
  "fit.lower": "Límite inferior de {{name}}",
  "fit.upper": "Límite superior de {{name}}",
  "fit.bounds.order":
    "El límite inferior {{lower}} debe ser menor que el superior {{upper}}. Cambie uno o déjelo vacío.",
  "fit.bounds.outside":
    "La búsqueda parte de {{name}} = {{value}}, fuera de los límites. Mueva el límite o cambie la variable.",
  "fit.go": "Estimar variables",
  "fit.busy": "Calculando…",
  "fit.round": "Iteración {{iteration}}, log-verosimilitud {{likelihood}}",
  "fit.starting": "Pasando el filtro con los valores de partida",
  "fit.empty": "Aún no hay estimaciones",
  "fit.empty.next": "Marque variables y estímelas: el dibujo se compara con los datos, una muestra adelante.",
  "fit.view": "Qué se dibuja",
  "fit.view.ahead": "Una muestra adelante",
  "fit.view.errors": "Errores",
  "fit.view.rounds": "Iteraciones",
  "fit.foretold": "predicho",
  "fit.ahead.described": "{{names}}: lo medido y lo predicho una muestra adelante, con la banda que contiene el 95 %.",
  "fit.result": "Estimaciones",
  "fit.variable": "Variable",
  "fit.before": "Antes",
  "fit.value": "Estimación ± desviación",
  "fit.apart": "{{value}}: sin efecto",
  "fit.apart.help": "Lo medido no depende de ella",
  "fit.bound.lower": "{{value}}: en su límite inferior",
  "fit.bound.upper": "{{value}}: en su límite superior",
  "fit.bound.help": "Los datos hablan por un valor más allá; en un límite no se sabe cuán seguros están",
  "fit.likelihood": "Log-verosimilitud: {{before}} antes, {{after}} ahora.",
  "fit.held": "De los datos reservados: {{before}} antes, {{after}} ahora.",
  "fit.nis.within": "Los errores son tan grandes como espera el filtro: {{mean}} de 1, entre {{low}} y {{high}}.",
  "fit.nis.above":
    "Los errores son mayores de lo que espera el filtro: {{mean}} de 1, por encima de {{high}}. Suba Q o R, o estímelas: escríbalas con una variable.",
  "fit.nis.below":
    "Los errores son menores de lo que espera el filtro: {{mean}} de 1, por debajo de {{low}}. Baje Q o R, o estímelas: escríbalas con una variable.",
  "fit.write": "Escribir en las variables",
  "fit.written": "{{names}} tienen los valores estimados",
  "fit.stale": "{{names}} ya no existe en el dibujo.",
  "fit.fault.NO_VARIABLE": "No hay ninguna variable marcada.",
  "fit.fault.SINGULAR":
    "Los datos no distinguen estas variables (rcond {{rcond}}). Marque menos: de un producto o un cociente solo puede hallarse una.",
  "fit.fault.NO_LIKELIHOOD":
    "El filtro falla con los valores presentes. Suba Q y R, o acerque las variables a lo que puedan ser.",
  "fit.fault.FAILED": "La estimación falló, un fallo de Lazo mismo. Pruebe menos variables o un registro más corto.",
};

export const fit = { en, es } satisfies RoomText;
