/**
 * The library in Spanish: titles, summaries, labels, help and choices of every block, by the keys `block.<type>.title`,
 * `.summary`, `.<param>`, `.<param>.help` and `.<param>.<choice>`. English is written once, in the blocks themselves; show
 * it with `textOr(key, english)`.
 */
import { dynamicBlocksEs } from "./dynamicBlocks.ts";
import { estimatorBlocksEs } from "./estimatorBlocks.ts";

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
    "Lo que vale al simular, una fórmula del tiempo t; un solo valor sirve a todos los elementos. No se usa si hay algo conectado a `drive`.",

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
  "block.chirp.phase": "Fase",
  "block.chirp.start": "Comienzo",
  "block.chirp.start.help": "Antes se queda en su primer valor.",
  "block.chirp.sweep": "Barrido",
  "block.chirp.sweep.linear": "lineal",
  "block.chirp.sweep.exponential": "exponencial",

  "block.noise.title": "Ruido gaussiano",
  "block.noise.summary": "Un número gaussiano nuevo en cada muestra, retenido entre ellas; una semilla, una secuencia.",
  "block.noise.mean": "Media μ",
  "block.noise.deviation": "Desviación σ",
  "block.noise.deviation.help": "Desviación típica de cada muestra.",
  "block.noise.period": "Periodo de muestreo",
  "block.noise.period.help": "En s.",
  "block.noise.seed": "Semilla",
  "block.noise.seed.help": "Dos bloques con la misma semilla dan los mismos números.",

  "block.clock.title": "Reloj",
  "block.clock.summary": "El tiempo de la simulación en s, continuo o leído en instantes de muestreo.",
  "block.clock.period": "Tiempo",
  "block.clock.period.help": time,

  "block.uniform-noise.title": "Ruido uniforme",
  "block.uniform-noise.summary":
    "Un número nuevo entre dos cotas en cada muestra, todos igual de probables, retenido entre ellas.",
  "block.uniform-noise.lower": "Inferior a",
  "block.uniform-noise.upper": "Superior b",
  "block.uniform-noise.period": "Periodo de muestreo",
  "block.uniform-noise.period.help": "En s.",
  "block.uniform-noise.seed": "Semilla",
  "block.uniform-noise.seed.help": "Dos bloques con la misma semilla dan los mismos números.",

  "block.band-limited-noise.title": "Ruido blanco",
  "block.band-limited-noise.summary":
    "Ruido blanco de densidad espectral dada para plantas continuas: números gaussianos retenidos durante un periodo corto frente a las constantes de tiempo de la planta.",
  "block.band-limited-noise.density": "Densidad S",
  "block.band-limited-noise.density.help":
    "Densidad espectral de potencia bilateral, en el cuadrado de la unidad de la señal por s; un valor por elemento.",
  "block.band-limited-noise.period": "Periodo de muestreo",
  "block.band-limited-noise.period.help": "En s. Una centésima del periodo más rápido que interese.",
  "block.band-limited-noise.seed": "Semilla",
  "block.band-limited-noise.seed.help": "Dos bloques con la misma semilla dan los mismos números.",

  "block.prbs.title": "PRBS",
  "block.prbs.summary":
    "Salta entre dos niveles según un registro de desplazamiento: una excitación repetible casi tan blanca como el ruido, con un periodo de 2ⁿ - 1 muestras.",
  "block.prbs.amplitude": "Amplitud a",
  "block.prbs.bias": "Nivel b",
  "block.prbs.order": "Registro n",
  "block.prbs.order.help": "Su longitud en bits: la secuencia se repite tras 2ⁿ - 1 muestras.",
  "block.prbs.period": "Periodo de muestreo",
  "block.prbs.period.help": "En s: el tiempo más corto entre dos saltos.",
  "block.prbs.seed": "Semilla",
  "block.prbs.seed.help":
    "Lo que contiene el registro al principio, un entero de 1 a 2ⁿ - 1: otra semilla es la misma secuencia, desplazada.",

  "block.repeating-sequence.title": "Secuencia repetida",
  "block.repeating-sequence.summary":
    "Recorre valores dados en tiempos dados, una y otra vez; el último tiempo es el periodo.",
  "block.repeating-sequence.times": "Tiempos",
  "block.repeating-sequence.times.help": "Crecientes, desde 0 hasta el periodo.",
  "block.repeating-sequence.values": "Valores",
  "block.repeating-sequence.values.help": "Un valor por tiempo.",
  "block.repeating-sequence.between": "Entre tiempos",
  "block.repeating-sequence.between.help":
    "Rectas, o cada valor retenido hasta el tiempo siguiente; entonces el último no se ve nunca.",
  "block.repeating-sequence.between.linear": "lineal",
  "block.repeating-sequence.between.hold": "retener",

  "block.piecewise-linear.title": "Lineal a trozos",
  "block.piecewise-linear.summary": "Une con rectas valores dados en tiempos dados, una vez.",
  "block.piecewise-linear.times": "Tiempos",
  "block.piecewise-linear.times.help": "Crecientes.",
  "block.piecewise-linear.values": "Valores",
  "block.piecewise-linear.values.help": "Un valor por tiempo.",
  "block.piecewise-linear.ends": "Fuera de los extremos",
  "block.piecewise-linear.ends.help":
    "Antes del primer tiempo y después del último: el valor del extremo, la última recta prolongada, o 0.",
  "block.piecewise-linear.ends.hold": "retener",
  "block.piecewise-linear.ends.extrapolate": "extrapolar",
  "block.piecewise-linear.ends.zero": "cero",

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

  "block.xy-scope.title": "Gráfica XY",
  "block.xy-scope.summary": "Dibuja una señal frente a otra: planos de fase, trayectorias, ciclos de histéresis.",

  "block.to-csv.title": "A CSV",
  "block.to-csv.summary": "Reúne lo que se le conecta, con el tiempo, en un archivo CSV propio.",
  "block.to-csv.file": "Archivo",
  "block.to-csv.file.help": "Un nombre de archivo sin carpetas.",
  "block.to-csv.count": "Entradas",

  "block.terminator.title": "Terminador",
  "block.terminator.summary": "Recibe una señal que nadie más necesita, para que se vea que su final es intencionado.",

  "block.display.title": "Visualizador",
  "block.display.summary":
    "Muestra su entrada en números: al final de la simulación, o donde está el cursor de la gráfica.",

  "block.stop.title": "Parar simulación",
  "block.stop.summary":
    "Termina la simulación en el instante en que algún elemento de su entrada deja de ser 0, o lo cruza.",
  "block.stop.when": "Cuando su entrada",
  "block.stop.when.is not 0": "no es 0",
  "block.stop.when.crosses 0": "cruza 0",
  "block.stop.when.rises through 0": "sube por 0",
  "block.stop.when.falls through 0": "baja por 0",

  "block.gain.title": "Ganancia",
  "block.gain.summary":
    "Multiplica su entrada por un número, por la izquierda por una matriz, o cada elemento por su propio número.",
  "block.gain.gain": "Ganancia",
  "block.gain.gain.help": "Un escalar conserva la anchura; una matriz multiplica por la izquierda.",
  "block.gain.multiply": "Multiplicación",
  "block.gain.multiply.help": "`elementos`: un vector tiene una ganancia por elemento de la entrada.",
  "block.gain.multiply.matrix": "matriz",
  "block.gain.multiply.elements": "elementos",

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

  "block.abs.title": "Valor absoluto",
  "block.abs.summary": "El tamaño de su entrada sin su signo, elemento a elemento.",

  "block.sign.title": "Signo",
  "block.sign.summary": "1 donde su entrada es positiva, -1 donde es negativa, 0 en 0.",

  "block.power.title": "Potencia",
  "block.power.summary":
    "Su entrada elevada a un exponente, elemento a elemento; una entrada negativa necesita un exponente entero.",
  "block.power.from": "Exponente de",
  "block.power.from.help": "Un número aquí abajo, o una segunda entrada.",
  "block.power.from.parameter": "parámetro",
  "block.power.from.input": "entrada",
  "block.power.exponent": "Exponente p",
  "block.power.exponent.help": every,

  "block.min-max.title": "Mín/Máx",
  "block.min-max.summary":
    "La menor o la mayor de varias entradas, elemento a elemento, o de los elementos de una sola.",
  "block.min-max.function": "Función",
  "block.min-max.function.min": "mín",
  "block.min-max.function.max": "máx",
  "block.min-max.count": "Entradas",
  "block.min-max.count.help": "Con una entrada se comparan los elementos de su vector.",

  "block.trigonometry.title": "Función trig.",
  "block.trigonometry.summary":
    "Una función trigonométrica o hiperbólica de su entrada en radianes, elemento a elemento; atan2 toma y, x.",
  "block.trigonometry.function": "Función",
  "block.trigonometry.function.sin": "sin",
  "block.trigonometry.function.cos": "cos",
  "block.trigonometry.function.tan": "tan",
  "block.trigonometry.function.asin": "asin",
  "block.trigonometry.function.acos": "acos",
  "block.trigonometry.function.atan": "atan",
  "block.trigonometry.function.atan2": "atan2",
  "block.trigonometry.function.sinh": "sinh",
  "block.trigonometry.function.cosh": "cosh",
  "block.trigonometry.function.tanh": "tanh",

  "block.exp-log.title": "Exp/Log",
  "block.exp-log.summary": "Una exponencial o un logaritmo de su entrada, elemento a elemento.",
  "block.exp-log.function": "Función",
  "block.exp-log.function.exp": "exp",
  "block.exp-log.function.ln": "ln",
  "block.exp-log.function.log10": "log10",
  "block.exp-log.function.log2": "log2",
  "block.exp-log.function.10^u": "10^u",
  "block.exp-log.function.2^u": "2^u",

  "block.square-root.title": "Raíz cuadrada",
  "block.square-root.summary":
    "La raíz cuadrada de su entrada, elemento a elemento; para un caudal que puede invertirse, la raíz con signo.",
  "block.square-root.function": "Función",
  "block.square-root.function.help":
    "Una entrada negativa no tiene raíz y termina la simulación, salvo con signo: -4 da -2.",
  "block.square-root.function.sqrt": "raíz",
  "block.square-root.function.signed sqrt": "raíz con signo",
  "block.square-root.function.1/sqrt": "1/raíz",

  "block.dot-product.title": "Producto escalar",
  "block.dot-product.summary": "Los productos de los elementos de dos vectores, sumados.",

  "block.relational.title": "Comparar",
  "block.relational.summary":
    "1 donde la primera entrada cumple la comparación con la segunda, si no 0, elemento a elemento.",
  "block.relational.operator": "Operador",
  "block.relational.operator.<": "<",
  "block.relational.operator.<=": "<=",
  "block.relational.operator.>": ">",
  "block.relational.operator.>=": ">=",
  "block.relational.operator.==": "==",
  "block.relational.operator.!=": "!=",

  "block.logical.title": "Lógica",
  "block.logical.summary": "Une condiciones: lo que no es 0 es verdadero, el resultado es 1 o 0.",
  "block.logical.operator": "Operador",
  "block.logical.operator.and": "y (and)",
  "block.logical.operator.or": "o (or)",
  "block.logical.operator.xor": "o exclusivo (xor)",
  "block.logical.operator.nand": "no y (nand)",
  "block.logical.operator.nor": "no o (nor)",
  "block.logical.operator.xnor": "iguales (xnor)",
  "block.logical.operator.not": "no (not)",
  "block.logical.count": "Entradas",
  "block.logical.count.help": "Con una entrada se unen los elementos de su vector.",

  "block.switch.title": "Conmutador",
  "block.switch.summary":
    "Deja pasar su primera entrada mientras la de control cumple el criterio, y si no la segunda.",
  "block.switch.criterion": "Primera entrada si",
  "block.switch.criterion.control >= threshold": "control >= umbral",
  "block.switch.criterion.control > threshold": "control > umbral",
  "block.switch.criterion.control is not 0": "control no es 0",
  "block.switch.threshold": "Umbral θ",

  "block.multiport-switch.title": "Conmutador múltiple",
  "block.multiport-switch.summary": "Deja pasar la entrada cuyo número llega a index: 1 es la primera.",
  "block.multiport-switch.count": "Entradas",
  "block.multiport-switch.count.help":
    "El índice se redondea; por debajo de 1 es la primera entrada, por encima de la última la última.",

  "block.rounding.title": "Redondeo",
  "block.rounding.summary":
    "Un entero junto a su entrada: el siguiente por abajo, por arriba, el más cercano, o el siguiente hacia 0.",
  "block.rounding.function": "Función",
  "block.rounding.function.help": "`round` aleja de 0 las mitades, `fix` quita lo que hay tras el punto.",
  "block.rounding.function.floor": "floor",
  "block.rounding.function.ceil": "ceil",
  "block.rounding.function.round": "round",
  "block.rounding.function.fix": "fix",

  "block.modulo.title": "Módulo",
  "block.modulo.summary":
    "Lo que queda de su entrada al quitarle divisores enteros: envuelve un ángulo, o pliega el tiempo en un periodo.",
  "block.modulo.function": "Función",
  "block.modulo.function.help": "`mod` tiene el signo del divisor, `rem` el de la entrada.",
  "block.modulo.function.mod": "mod",
  "block.modulo.function.rem": "rem",
  "block.modulo.from": "Divisor de",
  "block.modulo.from.help": "Un número aquí abajo, o una segunda entrada.",
  "block.modulo.from.parameter": "parámetro",
  "block.modulo.from.input": "entrada",
  "block.modulo.divisor": "Divisor d",
  "block.modulo.divisor.help": every,

  ...dynamicBlocksEs,
  ...estimatorBlocksEs,

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
  "block.saturation.lower.help": "-inf para ninguno.",
  "block.saturation.upper": "Superior",
  "block.saturation.upper.help": "inf para ninguno.",

  "block.dead-zone.title": "Zona muerta",
  "block.dead-zone.summary": "Da 0 mientras su entrada está entre dos límites y, más allá, lo que excede del límite.",
  "block.dead-zone.lower": "Inferior",
  "block.dead-zone.upper": "Superior",

  "block.relay.title": "Relé",
  "block.relay.summary":
    "Se conecta cuando su entrada alcanza un punto y se desconecta cuando baja a otro menor; entre ambos se queda como está.",
  "block.relay.on": "Se conecta en",
  "block.relay.off": "Se desconecta en",
  "block.relay.high": "Valor conectado",
  "block.relay.low": "Valor desconectado",
  "block.relay.initial": "Al principio",
  "block.relay.initial.off": "desconectado",
  "block.relay.initial.on": "conectado",

  "block.backlash.title": "Holgura",
  "block.backlash.summary":
    "Sigue a su entrada con holgura: reposa hasta que la entrada cruza el hueco y entonces es arrastrada por su borde.",
  "block.backlash.width": "Ancho del hueco w",
  "block.backlash.initial": "Inicial y₀",

  "block.quantizer.title": "Cuantizador",
  "block.quantizer.summary": "Redondea su entrada al múltiplo más cercano de un intervalo, como un conversor.",
  "block.quantizer.interval": "Intervalo q",

  "block.friction.title": "Rozamiento",
  "block.friction.summary":
    "La fuerza de rozamiento de Coulomb y viscoso a una velocidad: una constante con su signo y una parte proporcional.",
  "block.friction.coulomb": "Coulomb F",
  "block.friction.viscous": "Viscoso c",
  "block.friction.creep": "Velocidad de deslizamiento v₀",
  "block.friction.creep.help":
    "Por debajo de ella la parte constante crece en proporción: lo que reposa no se desliza más deprisa. 0 para un salto.",

  "block.hit-crossing.title": "Detector de cruce",
  "block.hit-crossing.summary":
    "Produce un evento donde su entrada cruza un nivel: `hit` vale 1 en ese instante y `count` dice cuántas veces hasta ahora.",
  "block.hit-crossing.level": "Nivel c",
  "block.hit-crossing.direction": "Sentido",
  "block.hit-crossing.direction.rising": "subida",
  "block.hit-crossing.direction.falling": "bajada",
  "block.hit-crossing.direction.either": "ambos",

  "block.subsystem.title": "Subsistema",
  "block.subsystem.summary": "Un dibujo propio en un bloque, con puertos y parámetros.",

  "block.in.title": "Entrada de subsistema",
  "block.in.summary": "Un puerto de entrada del subsistema en el que está, con el nombre del bloque.",

  "block.out.title": "Salida de subsistema",
  "block.out.summary": "Un puerto de salida del subsistema en el que está, con el nombre del bloque.",
  "block.out.rest": "Mientras no actúa",
  "block.out.rest.help": "En un subsistema habilitado: conservar el último valor o volver al inicial.",
  "block.out.rest.held": "se conserva",
  "block.out.rest.initial": "el inicial",
  "block.out.initial": "Inicial y₀",
  "block.out.initial.help": "Antes de que el subsistema haya actuado.",

  "block.enable.title": "Habilitación",
  "block.enable.summary":
    "El subsistema en el que está actúa mientras la señal de este puerto es mayor que 0; si no, sus estados se detienen.",
  "block.enable.states": "Estados al habilitar",
  "block.enable.states.help": "Seguir desde donde se pararon o empezar de nuevo.",
  "block.enable.states.held": "siguen",
  "block.enable.states.reset": "de nuevo",

  "block.trigger.title": "Disparo",
  "block.trigger.summary": "El subsistema en el que está actúa una vez en cada flanco de la señal de este puerto.",
  "block.trigger.edge": "Flanco",
  "block.trigger.edge.rising": "subida",
  "block.trigger.edge.falling": "bajada",
  "block.trigger.edge.either": "ambos",

  "block.mux.title": "Mux",
  "block.mux.summary": "Apila sus entradas, cada una con su anchura, en un vector.",
  "block.mux.count": "Entradas",

  "block.demux.title": "Demux",
  "block.demux.summary": "Corta un vector en partes, una salida por cada anchura.",
  "block.demux.widths": "Anchuras",
  "block.demux.widths.help": "Cuántos elementos toma cada salida: `1, 2`.",

  "block.selector.title": "Selección",
  "block.selector.summary": "Toma elementos de un vector por sus números, en cualquier orden y cuantas veces se pida.",
  "block.selector.indices": "Índices",
  "block.selector.indices.help": "Números de los elementos, desde 1: `3, 1`, o un intervalo `2:4`.",

  "block.bus-creator.title": "Crear bus",
  "block.bus-creator.summary":
    "Une sus entradas, cada una con su nombre, en un cable; un Extraer de bus las saca por su nombre.",
  "block.bus-creator.names": "Elementos",
  "block.bus-creator.names.help":
    "Un nombre por entrada, separados por comas. Una entrada puede ser ella misma un bus.",

  "block.bus-selector.title": "Extraer de bus",
  "block.bus-selector.summary": "Saca elementos de un bus por sus nombres, una salida por cada uno.",
  "block.bus-selector.names": "Elementos",
  "block.bus-selector.names.help":
    "Nombres de elementos del bus, separados por comas; motor.velocidad es el elemento velocidad del bus motor.",

  "block.goto.title": "Enviar",
  "block.goto.summary": "Envía una señal, sin cable, a todos los bloques Recibir con la misma etiqueta.",
  "block.goto.tag": "Etiqueta",
  "block.goto.tag.help":
    "Un bloque Enviar por etiqueta y hoja; también lo ven los bloques Recibir de las hojas de dentro.",

  "block.from.title": "Recibir",
  "block.from.summary": "Recibe la señal del bloque Enviar con la misma etiqueta.",
  "block.from.tag": "Etiqueta",
  "block.from.tag.help": "La de un bloque Enviar de esta hoja o de una que la rodee.",
};
