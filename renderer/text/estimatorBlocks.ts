/** Spanish of the blocks that estimate states; blocks.ts takes them in. */
type Words = { readonly [key: string]: string };

const shared: Words = {
  plant: "Planta",
  inputs: "Entradas conocidas",
  "inputs.help": "Entradas de la planta que trae el puerto u, en orden; las demás cuentan como 0. Vacío: todas.",
  measured: "Salidas medidas",
  "measured.help": "Salidas de la planta que trae el puerto y, en orden. Vacío: todas.",
  Q: "Ruido de proceso Q",
  "Q.help": "Lo que perturba los estados: un número o un vector valen por una matriz diagonal.",
  noise: "Q es",
  "noise.help":
    "Intensidad de ruido blanco, o covarianza añadida de una muestra a la siguiente; una planta muestreada la toma siempre por muestra.",
  "noise.per second": "por segundo",
  "noise.per sample": "por muestra",
  R: "Ruido de medida R",
  "R.help": "Covarianza de lo que se suma a las medidas: un número o un vector valen por una matriz diagonal.",
  x0: "x̂₀ inicial",
  "x0.help": "Un valor vale para todos los estados. []: donde empieza la planta.",
  P0: "Covarianza inicial P₀",
  "P0.help": "Cuánto puede errar el estado inicial: un número o un vector valen por una matriz diagonal.",
  period: "Periodo de muestreo",
  "period.help": "En s.",
  substeps: "Subpasos",
  "substeps.help": "Pasos de Runge-Kutta de una muestra a la siguiente; una planta lineal no necesita ninguno.",
  angles: "Ángulos",
  "angles.help": "Medidas en radianes que dan la vuelta: sus diferencias se toman entre −π y π.",
  missing: "Medidas",
  "missing.help": "Por el puerto valid: una medida solo cuenta mientras su elemento de valid no es 0.",
  "missing.always there": "siempre están",
  "missing.by port valid": "por el puerto valid",
  show: "Da",
  "show.estimate": "la estimación",
  "show.estimate and innovation": "la estimación y la innovación",
};

const of = (type: string, title: string, summary: string, more: Words = {}): Words => ({
  [`block.${type}.title`]: title,
  [`block.${type}.summary`]: summary,
  ...Object.fromEntries(Object.entries({ ...shared, ...more }).map(([name, text]) => [`block.${type}.${name}`, text])),
});

export const estimatorBlocksEs: Words = {
  ...of(
    "kalman-filter",
    "Filtro de Kalman",
    "Estima los estados de una planta lineal del dibujo a partir de sus entradas y de sus salidas con ruido, con la covarianza de cada muestra.",
  ),
  ...of(
    "extended-kalman-filter",
    "Filtro de Kalman extendido",
    "Estima los estados de cualquier planta del dibujo, lineal o no: sus derivadas en la estimación, tomadas por símbolos, llevan la covarianza.",
  ),
  ...of(
    "unscented-kalman-filter",
    "Filtro de Kalman unscented",
    "Estima los estados de cualquier planta del dibujo con puntos repartidos como su incertidumbre: sin derivadas y exacto hasta el segundo orden.",
    {
      alpha: "Dispersión α",
      "alpha.help": "Lo lejos que están los puntos de la media, en desviaciones típicas; de 0.001 a 1.",
      beta: "β",
      "beta.help": "2 es lo mejor para ruido gaussiano.",
      kappa: "κ",
      "kappa.help": "Mayor que −n, con n estados.",
    },
  ),
  ...of(
    "fixed-lag-smoother",
    "Suavizador de retardo fijo",
    "Estima cuáles eran hace unas muestras los estados de una planta del dibujo, con todo lo medido desde entonces: tarde y con menos incertidumbre que un filtro.",
    { lag: "Retardo", "lag.help": "En muestras." },
  ),
};
