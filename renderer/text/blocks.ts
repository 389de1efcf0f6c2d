/**
 * The library in Spanish: titles, summaries, labels, help and choices of every block, by the keys `block.<type>.title`,
 * `.summary`, `.<param>`, `.<param>.help` and `.<param>.<choice>`. English is written once, in the blocks themselves; show
 * it with `textOr(key, english)`.
 */
const every = "Un valor vale para todos los elementos.";
const names = "Un nombre por elemento, separados por comas.";
const time = "`continuous`, o el periodo de muestreo en s.";

export const blocksEs: { readonly [key: string]: string } = {
  "block.input.title": "Entrada",
  "block.input.summary":
    "Una entrada u del modelo: una columna de B y D, que en una simulación recibe una señal o lo que se le conecte.",
  "block.input.names": "Nombres",
  "block.input.names.help": names,
  "block.input.signal": "Señal",
  "block.input.signal.help":
    "Lo que vale al simular, una fórmula del tiempo t. No se usa si hay algo conectado a `drive`.",

  "block.state.title": "Estado",
  "block.state.summary":
    "El vector de estado x: los cables que le llegan se suman y dan dx/dt o, con periodo de muestreo, x[k+1].",
  "block.state.names": "Nombres",
  "block.state.names.help": names,
  "block.state.initial": "x₀ inicial",
  "block.state.initial.help": every,
  "block.state.period": "Tiempo",
  "block.state.period.help": time,

  "block.output.title": "Salida",
  "block.output.summary":
    "Una salida y del modelo: los cables que le llegan se suman, y cada elemento es una fila de C y D.",
  "block.output.names": "Nombres",
  "block.output.names.help": names,

  "block.feedthrough.title": "Transmisión directa",
  "block.feedthrough.summary": "El camino directo D, de una entrada a una salida sin estado de por medio.",
  "block.feedthrough.D": "D",
  "block.feedthrough.D.help": "Un escalar conserva la anchura; una matriz tiene una fila por salida.",

  "block.constant.title": "Constante",
  "block.constant.summary": "Un valor, o un vector de ellos, que no cambia.",
  "block.constant.value": "Valor",

  "block.step.title": "Escalón",
  "block.step.summary": "Salta de un valor a otro en un instante dado, que la simulación toca exactamente.",
  "block.step.time": "Instante",
  "block.step.before": "Antes",
  "block.step.after": "Después",

  "block.ramp.title": "Rampa",
  "block.ramp.summary": "Mantiene su primer valor hasta un instante dado y luego crece a ritmo constante.",
  "block.ramp.slope": "Pendiente",
  "block.ramp.time": "Inicio",
  "block.ramp.initial": "Primer valor",

  "block.sine.title": "Seno",
  "block.sine.summary": "Una onda senoidal de amplitud, frecuencia angular y fase dadas, en torno a un nivel.",
  "block.sine.amplitude": "Amplitud",
  "block.sine.frequency": "Frecuencia ω",
  "block.sine.phase": "Fase",
  "block.sine.bias": "Nivel",

  "block.pulse.title": "Pulsos",
  "block.pulse.summary": "Pulsos rectangulares de amplitud dada que se repiten; en silencio hasta su retardo.",
  "block.pulse.amplitude": "Amplitud",
  "block.pulse.period": "Periodo T",
  "block.pulse.duty": "Ciclo d",
  "block.pulse.duty.help": "La parte del periodo que dura el pulso.",
  "block.pulse.delay": "Retardo",
  "block.pulse.bias": "Nivel",

  "block.chirp.title": "Barrido",
  "block.chirp.summary": "Un seno que barre de una frecuencia angular a otra y se queda en la última.",
  "block.chirp.amplitude": "Amplitud",
  "block.chirp.from": "Desde ω₀",
  "block.chirp.to": "Hasta ω₁",
  "block.chirp.time": "Duración T",
  "block.chirp.sweep": "Barrido",
  "block.chirp.sweep.linear": "lineal",
  "block.chirp.sweep.exponential": "exponencial",

  "block.noise.title": "Ruido",
  "block.noise.summary": "Un número gaussiano nuevo en cada muestra, retenido entre ellas; una semilla, una secuencia.",
  "block.noise.mean": "Media μ",
  "block.noise.deviation": "Desviación σ",
  "block.noise.deviation.help": "Desviación típica de cada muestra.",
  "block.noise.period": "Periodo de muestreo",
  "block.noise.period.help": "En s.",
  "block.noise.seed": "Semilla",
  "block.noise.seed.help": "Dos bloques con la misma semilla dan los mismos números.",

  "block.from-csv.title": "Datos CSV",
  "block.from-csv.summary": "Columnas grabadas de un archivo CSV, retenidas o unidas por rectas entre sus tiempos.",
  "block.from-csv.file": "Archivo",
  "block.from-csv.timing": "Tiempos de",
  "block.from-csv.timing.column": "una columna",
  "block.from-csv.timing.sample time": "periodo de muestreo",
  "block.from-csv.time": "Columna de tiempo",
  "block.from-csv.time.help": "Su nombre; vacío para la primera.",
  "block.from-csv.every": "Periodo de muestreo",
  "block.from-csv.every.help": "Entre filas, si ninguna columna tiene sus tiempos.",
  "block.from-csv.start": "Comienzo",
  "block.from-csv.start.help": "Instante de la simulación de una fila de tiempo 0, o de la primera fila.",
  "block.from-csv.values": "Columnas de valores",
  "block.from-csv.values.help": "Sus nombres, separados por comas; vacío para todas menos el tiempo.",
  "block.from-csv.between": "Entre filas",
  "block.from-csv.between.hold": "retener",
  "block.from-csv.between.linear": "lineal",

  "block.scope.title": "Osciloscopio",
  "block.scope.summary": "Dibuja en el tiempo lo que se le conecta.",
  "block.scope.count": "Entradas",

  "block.gain.title": "Ganancia",
  "block.gain.summary": "Multiplica su entrada por un número o, por la izquierda, por una matriz.",
  "block.gain.gain": "Ganancia",
  "block.gain.gain.help": "Un escalar conserva la anchura; una matriz multiplica por la izquierda.",

  "block.sum.title": "Suma",
  "block.sum.summary": "Suma o resta sus entradas, una por cada signo.",
  "block.sum.signs": "Signos",
  "block.sum.signs.help": "Un + o un - por entrada: `+-` es el error de un lazo.",

  "block.product.title": "Producto",
  "block.product.summary": "Multiplica o divide sus entradas, una por operación, elemento a elemento.",
  "block.product.operations": "Operaciones",
  "block.product.operations.help": "Un * o un / por entrada: `*/` divide la primera por la segunda.",

  "block.function.title": "Función",
  "block.function.summary": "Cualquier fórmula de su entrada u y del tiempo t, con las variables del diagrama.",
  "block.function.formula": "y =",
  "block.function.formula.help": "u es la entrada, u[1], u[2], ... sus elementos; varias salidas como [u[1]; u[2]].",

  "block.integrator.title": "Integrador",
  "block.integrator.summary": "Integra su entrada en el tiempo desde un valor inicial.",
  "block.integrator.initial": "x₀ inicial",
  "block.integrator.initial.help": every,

  "block.transfer-function.title": "Función de transferencia",
  "block.transfer-function.summary":
    "Un cociente de polinomios en s, o en z con periodo de muestreo; parte del reposo.",
  "block.transfer-function.num": "Numerador",
  "block.transfer-function.num.help": "Coeficientes en potencias decrecientes de s (o z): [1, 2] es s + 2.",
  "block.transfer-function.den": "Denominador",
  "block.transfer-function.den.help": "Coeficientes en potencias decrecientes: [1, 3, 2] es s² + 3 s + 2.",
  "block.transfer-function.period": "Tiempo",
  "block.transfer-function.period.help": "`continuous`, o el periodo de muestreo en s: la variable es entonces z.",

  "block.state-space.title": "Espacio de estados",
  "block.state-space.summary": "Un sistema lineal dado por sus matrices A, B, C, D, continuo o muestreado.",
  "block.state-space.A": "A",
  "block.state-space.B": "B",
  "block.state-space.C": "C",
  "block.state-space.D": "D",
  "block.state-space.D.help": "0 vale por una matriz nula de cualquier tamaño.",
  "block.state-space.initial": "x₀ inicial",
  "block.state-space.initial.help": every,
  "block.state-space.names": "Nombres de estados",
  "block.state-space.names.help": "Un nombre por estado, separados por comas.",
  "block.state-space.period": "Tiempo",
  "block.state-space.period.help": time,

  "block.unit-delay.title": "Retardo unitario",
  "block.unit-delay.summary": "Da su entrada una muestra más tarde y la retiene entre muestras.",
  "block.unit-delay.period": "Periodo de muestreo",
  "block.unit-delay.period.help": "En s.",
  "block.unit-delay.initial": "x₀ inicial",
  "block.unit-delay.initial.help": every,

  "block.saturation.title": "Saturación",
  "block.saturation.summary": "Deja pasar su entrada entre dos límites y, más allá, se queda en el límite.",
  "block.saturation.lower": "Inferior",
  "block.saturation.upper": "Superior",

  "block.mux.title": "Mux",
  "block.mux.summary": "Apila sus entradas, cada una con su anchura, en un vector.",
  "block.mux.count": "Entradas",

  "block.demux.title": "Demux",
  "block.demux.summary": "Corta un vector en partes, una salida por cada anchura.",
  "block.demux.widths": "Anchuras",
  "block.demux.widths.help": "Cuántos elementos toma cada salida: `1, 2`.",
};
