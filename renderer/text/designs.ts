/** Words of designs on the drawing: sampled copies, observers, controllers placed at a wire. Every key of en has its es. */
import type { RoomText } from "./room.ts";

const en = {
  "canvas.discretize": "Discretize",
  "canvas.discretize.zoh": "Discretize by zero-order hold",
  "canvas.discretize.foh": "Discretize by first-order hold",
  "canvas.discretize.tustin": "Discretize by Tustin",
  "canvas.discretize.prewarp": "Discretize by Tustin, prewarped",
  "canvas.discretize.forward": "Discretize by forward Euler",
  "canvas.discretize.backward": "Discretize by backward Euler",
  "canvas.discretize.impulse": "Discretize by invariant impulse",
  "canvas.discretize.matched": "Discretize by matched poles and zeros",
  "canvas.sampledName": "{{name}} sampled",
  "canvas.exchange": "Exchange sampled and continuous",
  "canvas.estimate": "Estimate the state of this",
  "canvas.estimate.kalman-filter": "Estimate the state of this by a Kalman filter",
  "canvas.estimate.extended-kalman-filter": "Estimate the state of this by an extended Kalman filter",
  "canvas.estimate.unscented-kalman-filter": "Estimate the state of this by an unscented Kalman filter",
  "canvas.estimate.fixed-lag-smoother": "Estimate the state of this by a fixed-lag smoother",
  "canvas.estimate.plant": "Plant",
  "canvas.estimate.unseen": "Nothing leaves these blocks that could be measured: wire an output of theirs first.",
  "estimator.kalman-filter": "Kalman filter (linear)",
  "estimator.extended-kalman-filter": "Extended Kalman filter",
  "estimator.unscented-kalman-filter": "Unscented Kalman filter",
  "estimator.fixed-lag-smoother": "Fixed-lag smoother",
  "canvas.design": "Design a controller",
  "canvas.design.feedback": "Design state feedback into this",
  "canvas.design.integral": "Design state feedback with integral action into this",
  "canvas.design.lqg": "Design an LQG controller into this",
  "canvas.design.pid": "Design a PID into this",
  "canvas.design.discretePid": "Design a discrete PID into this",
  "canvas.design.observer": "Design an observer by its poles here",
  "canvas.design.kalman": "Design a Kalman observer here",
  "canvas.design.discreteFeedback": "Design sampled state feedback into this",
  "canvas.design.discreteLqg": "Design a sampled LQG controller into this",
  "canvas.design.discreteObserver": "Design a sampled observer by its poles here",
  "canvas.design.discreteKalman": "Design a sampled Kalman observer here",
  "controller.feedback.what": "State feedback",
  "controller.integral.what": "State feedback with integral action",
  "controller.lqg.what": "LQG controller",
  "controller.pid.what": "PID",
  "controller.discretePid.what": "Discrete PID",
  "controller.observer.what": "Observer by its poles",
  "controller.kalman.what": "Kalman observer",
  "controller.discreteFeedback.what": "Sampled state feedback",
  "controller.discreteLqg.what": "Sampled LQG controller",
  "controller.discreteObserver.what": "Sampled observer by its poles",
  "controller.discreteKalman.what": "Sampled Kalman observer",
  "controller.feedback": "State feedback",
  "controller.integral": "State feedback",
  "controller.lqg": "LQG",
  "controller.pid": "PID",
  "controller.discretePid": "Discrete PID",
  "controller.observer": "Observer",
  "controller.kalman": "Kalman observer",
  "controller.discreteFeedback": "State feedback",
  "controller.discreteLqg": "LQG",
  "controller.discreteObserver": "Observer",
  "controller.discreteKalman": "Kalman observer",
  "controller.estimate": "Estimate",
  "controller.NO_WIRE": "Select the wire that goes into the plant.",
  "controller.NO_STATES":
    "No block on this sheet shows its whole state (State, Integrator, First Order, Discrete Integrator, Unit Delay). Place an observer first, or an LQG controller.",
  "controller.NOT_MEASURED":
    "Nothing is measured: wire an Output or a scope behind the plant, or select with Shift the wires that are measured too.",
  "controller.WIDTH":
    "What is measured must be as wide as what the wire brings, and one signal for a PID. Select with Shift the one wire that is measured.",
  "rule.zoh": "Zero-order hold",
  "rule.foh": "First-order hold",
  "rule.tustin": "Tustin",
  "rule.prewarp": "Tustin, prewarped",
  "rule.forward": "Forward Euler",
  "rule.backward": "Backward Euler",
  "rule.impulse": "Impulse invariant",
  "rule.matched": "Matched poles and zeros",
  "design.discretize": "Sampled copy",
  "design.rule": "Rule",
  "design.rule.help":
    "Holds are exact for inputs that stay (zero order) or run straight (first order) between samples. Tustin is the trapezoidal rule; prewarped it meets the continuous response at one frequency.",
  "design.step": "Step",
  "design.step.help": "The sample time. Empty: the step of the diagram's run.",
  "design.stepOf": "the step of the diagram",
  "design.prewarp": "Exact at",
  "design.prewarp.help": "Where the sampled response is that of the continuous block.",
  "design.source": "Made of",
  "design.useSampled": "Use it instead",
  "design.useContinuous": "Use the continuous one again",
  "design.compare": "Compare in Analyse",
  "design.compare.tip": "Its response, and that of the continuous block over it",
  "design.sampledPoles": "Poles in z",
  "design.errorPoles": "Poles of the error",
  "design.SAMPLED_UNSTABLE":
    "Sampled like this it is unstable, though the continuous block is not: take a shorter step or another rule.",
  "design.SAMPLED_REST":
    "It starts at rest: by matched poles, or behind dead time, its states are not those of the continuous block.",
  "design.SAMPLED_HELD":
    "A dead time lies in a loop: what goes round is held from sample to sample, which is not exact there. Compare both.",
  "design.SAMPLED_DIGITS":
    "So fast a sample leaves its polynomials too few digits: their response is not quite the sampled one. Use a Zero-Pole or State Space block, or a longer step.",
  "design.observer": "Observer by its poles",
  "design.kalman": "Kalman filter",
  "design.cost": "Cost",
  "design.cost.help":
    "Over time counts what the plant does between the samples of the hold too, so that the weights mean the same at any sample time.",
  "design.cost.samples": "At the samples",
  "design.cost.time": "Over time",
  "design.NO_HOLD":
    "For a cost over time its output must go through a Zero-Order Hold, and by nothing else, into the plant.",
  "design.NOT_CONTINUOUS":
    "Something between the hold and what it sees is sampled, so that there is no cost over time. Take the cost at the samples.",
  "design.open": "Loop left open",
  "design.open.help":
    "Of a cascade the inner controller is designed while the outer one gives nothing. Poles and margins here are those without it.",
  "design.open.none": "None",
  "design.margins": "Crossover {{frequency}} rad/s, phase margin {{phase}}°",
  "design.margins.gain": "Crossover {{frequency}} rad/s, phase margin {{phase}}°, gain margin {{gain}} dB",
  "design.NO_MUX": "Wire a Mux to it: first what goes into the plant, then what is measured.",
  "design.NOT_KNOWN":
    "What reaches the first input of its Mux drives nothing else by the same gain, so there is no plant to observe.",
  "design.STATIC": "Between what goes in and what is measured there is no state to observe.",
  "design.NO_PERIOD": "The plant is continuous: give the controller a sample time of its own.",
  "design.OTHER_PERIOD":
    "The plant is sampled every {{plant}} s, the controller every {{period}} s. Make them the same.",
  "design.BEYOND_NYQUIST": "The crossover must be below {{last}} rad/s, half the sampling frequency.",
  "design.UNSTABLE_LOOP":
    "No crossover was found at which {{terms}} holds the loop with a margin of {{margin}}°. Ask for less, or for a frequency of your own.",
  "design.STEP": "The step must be a number above 0.",
  "design.PREWARP": "The frequency must be above 0 and below {{last}} rad/s, half the sampling frequency.",
  "design.NO_SOURCE": "The block that it was made of is gone. Its numbers stay as they are.",
  "design.ALONE_BROKEN":
    "“{{block}}” has no equations by itself. Problems says what it lacks, or it reads a tag from outside.",
  "design.PORT_USED":
    "“{{block}}” is driven through its port “{{port}}” too, which matrices cannot hold. Take that wire away.",
  "design.OWN_SIGNAL":
    "“{{inner}}” in “{{block}}” gives a signal of its own, which matrices cannot hold. Bring it in through a port.",
  "design.NOT_LINEAR_ALONE":
    "“{{block}}” is not linear: limits, tables, products or constants have no matrices. Take them out of it, or group only the linear part.",
  "design.ALREADY_SAMPLED": "“{{block}}” is sampled already.",
  "design.NOTHING_TO_SAMPLE": "“{{block}}” has no states: a gain is the same in discrete time.",
  "design.POLE_AT_INFINITY":
    "A pole at {{pole}} rad/s goes to infinity by this rule and step. Take another step or rule.",
  "design.DIRECT_PATH": "An impulse would pass its direct path of {{size}}. Take another rule.",
  "design.MATCHED_NOT_SISO":
    "Poles and zeros are matched for one input and one output that is reached by one dead time at most; here there are {{inputs}} in and {{outputs}} out.",
  "design.PID_FORWARD":
    "By forward Euler the derivative is unstable: N times the step is {{value}} and must be below 2. Take a shorter step or another rule.",
  "design.DELAY_BETWEEN":
    "“{{delay}}” waits {{time}} s, which by this rule must be a whole number of steps: take {{step}} s, or a zero-order hold.",
  "design.DELAY_IN_LOOP":
    "“{{delay}}” waits {{time}} s and lies in a loop, where it must wait a whole number of steps: take {{step}} s.",
  "design.DELAYS_UNLIKE":
    "“{{delay}}” waits {{time}} s, and no step near this one fits all dead times. Make them multiples of one step, or take a zero-order hold where none lies in a loop.",
  "design.DELAYS_SEVERAL": "“{{block}}” waits unlike times for its signals. Give each a block of its own.",
  "design.DELAY_TOO_LONG":
    "Its dead time is {{samples}} samples long, too many beside a limit of {{most}}. Take a longer step.",
} as const;

const es: { readonly [K in keyof typeof en]: string } = {
  "canvas.discretize": "Discretizar",
  "canvas.discretize.zoh": "Discretizar con retención de orden cero",
  "canvas.discretize.foh": "Discretizar con retención de primer orden",
  "canvas.discretize.tustin": "Discretizar por Tustin",
  "canvas.discretize.prewarp": "Discretizar por Tustin con predistorsión",
  "canvas.discretize.forward": "Discretizar por Euler hacia delante",
  "canvas.discretize.backward": "Discretizar por Euler hacia atrás",
  "canvas.discretize.impulse": "Discretizar con impulso invariante",
  "canvas.discretize.matched": "Discretizar emparejando polos y ceros",
  "canvas.sampledName": "{{name}} muestreado",
  "canvas.exchange": "Intercambiar muestreado y continuo",
  "canvas.estimate": "Estimar el estado de esto",
  "canvas.estimate.kalman-filter": "Estimar el estado de esto con un filtro de Kalman",
  "canvas.estimate.extended-kalman-filter": "Estimar el estado de esto con un filtro de Kalman extendido",
  "canvas.estimate.unscented-kalman-filter": "Estimar el estado de esto con un filtro de Kalman unscented",
  "canvas.estimate.fixed-lag-smoother": "Estimar el estado de esto con un suavizador de retardo fijo",
  "canvas.estimate.plant": "Planta",
  "canvas.estimate.unseen": "De estos bloques no sale nada que medir: conecte antes una de sus salidas.",
  "estimator.kalman-filter": "Filtro de Kalman (lineal)",
  "estimator.extended-kalman-filter": "Filtro de Kalman extendido",
  "estimator.unscented-kalman-filter": "Filtro de Kalman unscented",
  "estimator.fixed-lag-smoother": "Suavizador de retardo fijo",
  "canvas.design": "Diseñar un controlador",
  "canvas.design.feedback": "Diseñar aquí una realimentación de estado",
  "canvas.design.integral": "Diseñar aquí una realimentación de estado con acción integral",
  "canvas.design.lqg": "Diseñar aquí un controlador LQG",
  "canvas.design.pid": "Diseñar aquí un PID",
  "canvas.design.discretePid": "Diseñar aquí un PID discreto",
  "canvas.design.observer": "Diseñar aquí un observador por sus polos",
  "canvas.design.kalman": "Diseñar aquí un observador de Kalman",
  "canvas.design.discreteFeedback": "Diseñar aquí una realimentación de estado muestreada",
  "canvas.design.discreteLqg": "Diseñar aquí un controlador LQG muestreado",
  "canvas.design.discreteObserver": "Diseñar aquí un observador muestreado por sus polos",
  "canvas.design.discreteKalman": "Diseñar aquí un observador de Kalman muestreado",
  "controller.feedback.what": "Realimentación de estado",
  "controller.integral.what": "Realimentación de estado con acción integral",
  "controller.lqg.what": "Controlador LQG",
  "controller.pid.what": "PID",
  "controller.discretePid.what": "PID discreto",
  "controller.observer.what": "Observador por sus polos",
  "controller.kalman.what": "Observador de Kalman",
  "controller.discreteFeedback.what": "Realimentación de estado muestreada",
  "controller.discreteLqg.what": "Controlador LQG muestreado",
  "controller.discreteObserver.what": "Observador muestreado por sus polos",
  "controller.discreteKalman.what": "Observador de Kalman muestreado",
  "controller.feedback": "Realimentación",
  "controller.integral": "Realimentación",
  "controller.lqg": "LQG",
  "controller.pid": "PID",
  "controller.discretePid": "PID discreto",
  "controller.observer": "Observador",
  "controller.kalman": "Observador de Kalman",
  "controller.discreteFeedback": "Realimentación",
  "controller.discreteLqg": "LQG",
  "controller.discreteObserver": "Observador",
  "controller.discreteKalman": "Observador de Kalman",
  "controller.estimate": "Estimación",
  "controller.NO_WIRE": "Seleccione el cable que entra en la planta.",
  "controller.NO_STATES":
    "Ningún bloque de esta hoja muestra todo su estado (Estado, Integrador, Primer orden, Integrador discreto, Retardo unitario). Ponga antes un observador, o un controlador LQG.",
  "controller.NOT_MEASURED":
    "No se mide nada: conecte una Salida o un osciloscopio tras la planta, o seleccione con Mayús también los cables que se miden.",
  "controller.WIDTH":
    "Lo que se mide debe tener la anchura de lo que trae el cable, y ser una sola señal para un PID. Seleccione con Mayús el cable que se mide.",
  "rule.zoh": "Retención de orden cero",
  "rule.foh": "Retención de primer orden",
  "rule.tustin": "Tustin",
  "rule.prewarp": "Tustin con predistorsión",
  "rule.forward": "Euler hacia delante",
  "rule.backward": "Euler hacia atrás",
  "rule.impulse": "Impulso invariante",
  "rule.matched": "Polos y ceros emparejados",
  "design.discretize": "Copia muestreada",
  "design.rule": "Regla",
  "design.rule.help":
    "Las retenciones son exactas para entradas constantes (orden cero) o rectas (primer orden) entre muestras. Tustin es la regla del trapecio; con predistorsión coincide con la respuesta continua en una frecuencia.",
  "design.step": "Paso",
  "design.step.help": "El tiempo de muestreo. Vacío: el paso de la simulación del diagrama.",
  "design.stepOf": "el paso del diagrama",
  "design.prewarp": "Exacta en",
  "design.prewarp.help": "Donde la respuesta muestreada es la del bloque continuo.",
  "design.source": "Hecha de",
  "design.useSampled": "Usarla en su lugar",
  "design.useContinuous": "Volver a usar el continuo",
  "design.compare": "Comparar en Análisis",
  "design.compare.tip": "Su respuesta y, encima, la del bloque continuo",
  "design.sampledPoles": "Polos en z",
  "design.errorPoles": "Polos del error",
  "design.SAMPLED_UNSTABLE":
    "Muestreado así es inestable, aunque el bloque continuo no lo es: tome un paso más corto u otra regla.",
  "design.SAMPLED_REST":
    "Empieza en reposo: con polos emparejados, o tras un tiempo muerto, sus estados no son los del bloque continuo.",
  "design.SAMPLED_HELD":
    "Hay un tiempo muerto en un lazo: lo que circula se retiene de muestra en muestra, lo que allí no es exacto. Compare ambos.",
  "design.SAMPLED_DIGITS":
    "Un muestreo tan rápido deja pocas cifras a sus polinomios: su respuesta no es del todo la muestreada. Use un bloque de ceros y polos o de espacio de estados, o un paso más largo.",
  "design.observer": "Observador por sus polos",
  "design.kalman": "Filtro de Kalman",
  "design.cost": "Coste",
  "design.cost.help":
    "En el tiempo cuenta también lo que hace la planta entre las muestras de la retención, de modo que los pesos significan lo mismo con cualquier tiempo de muestreo.",
  "design.cost.samples": "En las muestras",
  "design.cost.time": "En el tiempo",
  "design.NO_HOLD":
    "Para un coste en el tiempo su salida debe pasar por una retención de orden cero, y por nada más, a la planta.",
  "design.NOT_CONTINUOUS":
    "Algo entre la retención y lo que ve es muestreado, y no hay coste en el tiempo. Tome el coste en las muestras.",
  "design.open": "Lazo abierto",
  "design.open.help":
    "En una cascada el controlador interior se diseña mientras el exterior no da nada. Los polos y márgenes de aquí son los de sin él.",
  "design.open.none": "Ninguno",
  "design.margins": "Cruce en {{frequency}} rad/s, margen de fase {{phase}}°",
  "design.margins.gain": "Cruce en {{frequency}} rad/s, margen de fase {{phase}}°, margen de ganancia {{gain}} dB",
  "design.NO_MUX": "Conéctele un Mux: primero lo que entra en la planta, luego lo que se mide.",
  "design.NOT_KNOWN":
    "Lo que llega a la primera entrada de su Mux no mueve nada más con la misma ganancia: no hay planta que observar.",
  "design.STATIC": "Entre lo que entra y lo que se mide no hay ningún estado que observar.",
  "design.NO_PERIOD": "La planta es continua: dé al controlador un tiempo de muestreo propio.",
  "design.OTHER_PERIOD": "La planta se muestrea cada {{plant}} s y el controlador cada {{period}} s. Hágalos iguales.",
  "design.BEYOND_NYQUIST": "El cruce debe estar por debajo de {{last}} rad/s, la mitad de la frecuencia de muestreo.",
  "design.UNSTABLE_LOOP":
    "No se encontró ningún cruce en el que {{terms}} sostenga el lazo con un margen de {{margin}}°. Pida menos, o una frecuencia propia.",
  "design.STEP": "El paso debe ser un número mayor que 0.",
  "design.PREWARP":
    "La frecuencia debe ser mayor que 0 y menor que {{last}} rad/s, la mitad de la frecuencia de muestreo.",
  "design.NO_SOURCE": "El bloque del que se hizo ya no está. Sus números se quedan como están.",
  "design.ALONE_BROKEN":
    "«{{block}}» no tiene ecuaciones por sí solo. Problemas dice qué le falta, o lee una etiqueta de fuera.",
  "design.PORT_USED":
    "«{{block}}» recibe señal también por su puerto «{{port}}», que no cabe en matrices. Quite ese cable.",
  "design.OWN_SIGNAL":
    "«{{inner}}», dentro de «{{block}}», da una señal propia, que no cabe en matrices. Tráigala por un puerto.",
  "design.NOT_LINEAR_ALONE":
    "«{{block}}» no es lineal: límites, tablas, productos o constantes no tienen matrices. Sáquelos, o agrupe solo la parte lineal.",
  "design.ALREADY_SAMPLED": "«{{block}}» ya es muestreado.",
  "design.NOTHING_TO_SAMPLE": "«{{block}}» no tiene estados: una ganancia es la misma en tiempo discreto.",
  "design.POLE_AT_INFINITY":
    "Un polo en {{pole}} rad/s se va al infinito con esta regla y este paso. Tome otro paso u otra regla.",
  "design.DIRECT_PATH": "Un impulso pasaría por su camino directo de {{size}}. Tome otra regla.",
  "design.MATCHED_NOT_SISO":
    "Los polos y ceros se emparejan con una entrada y una salida a la que se llega con un solo tiempo muerto; aquí hay {{inputs}} de entrada y {{outputs}} de salida.",
  "design.PID_FORWARD":
    "Por Euler hacia delante la derivada es inestable: N por el paso es {{value}} y debe ser menor que 2. Tome un paso más corto u otra regla.",
  "design.DELAY_BETWEEN":
    "«{{delay}}» espera {{time}} s, que con esta regla deben ser un número entero de pasos: tome {{step}} s, o una retención de orden cero.",
  "design.DELAY_IN_LOOP":
    "«{{delay}}» espera {{time}} s y está en un lazo, donde debe esperar un número entero de pasos: tome {{step}} s.",
  "design.DELAYS_UNLIKE":
    "«{{delay}}» espera {{time}} s, y ningún paso cercano vale para todos los tiempos muertos. Hágalos múltiplos de un paso, o tome una retención de orden cero si ninguno está en un lazo.",
  "design.DELAYS_SEVERAL": "«{{block}}» espera tiempos distintos para sus señales. Dé a cada una un bloque propio.",
  "design.DELAY_TOO_LONG":
    "Su tiempo muerto dura {{samples}} muestras, demasiadas para un límite de {{most}}. Tome un paso más largo.",
};

export const designs = { en, es } satisfies RoomText;
