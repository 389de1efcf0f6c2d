/** Titles and descriptions of the examples in Spanish; English is in the examples themselves (`textOr(key, english)`). */
export const examplesEs: { readonly [key: string]: string } = {
  "example.island.title": "Isla",
  "example.island.about":
    "Peces, pelícanos y la comida que se les echa, en cuatro bloques. Dos cámaras y dos drones miran; las corrientes mueven la comida.",
  "example.island-classic.title": "La isla en bloques clásicos",
  "example.island-classic.about":
    "La misma isla con integradores, ganancias y sumas. Sus matrices coinciden con las de los cuatro bloques hasta el último bit.",
  "example.toy-car-track.title": "Coche de juguete en una pista",
  "example.toy-car-track.about":
    "Un coche de juguete en una pista recta, empujado por su motor. Dos estados, una entrada, una salida.",
  "example.toy-car-field.title": "Coche de juguete en un campo",
  "example.toy-car-field.about":
    "Un coche de juguete empujado por un campo en x e y, con el eje torcido. Cuatro estados, dos entradas, dos salidas.",
  "example.mass-spring-damper.title": "Masa, muelle y amortiguador",
  "example.mass-spring-damper.about":
    "Una masa con muelle y amortiguador, empujada una vez. En bloques clásicos: m x'' = F - c x' - k x.",
  "example.rlc.title": "Circuito RLC",
  "example.rlc.about":
    "Una resistencia, una bobina y un condensador en serie. La tensión del condensador oscila en cada flanco de una onda cuadrada.",
  "example.dc-motor.title": "Velocidad de un motor de corriente continua",
  "example.dc-motor.about":
    "La velocidad de un motor con tensión y, después, una carga. Dos funciones de transferencia en un lazo que cierra la tensión inducida.",
  "example.discrete.title": "Termostato muestreado",
  "example.discrete.about":
    "Una habitación con control PI una vez por minuto, en tiempo discreto. Las temperaturas se cuentan desde la inicial.",
  "example.pendulum.title": "Péndulo",
  "example.pendulum.about":
    "Un péndulo que se suelta desde muy arriba: no lineal, con un bloque Función. Sus matrices valen en torno al punto de linealización.",
  "example.bjsales.title": "Ventas con un indicador adelantado",
  "example.bjsales.about":
    "Un indicador grabado que se adelanta tres meses a las ventas, y el modelo de Box y Jenkins: ventas simuladas y reales.",
  "example.pendulum-ekf.title": "Ángulo de un péndulo por EKF",
  "example.pendulum-ekf.about":
    "Un péndulo oscila desde muy arriba; un sensor con ruido ve su ángulo veinte veces por segundo. Un filtro de Kalman extendido toma sus ecuaciones del dibujo y halla ángulo y velocidad.",
  "example.gps-odometer.title": "GPS y odómetro",
  "example.gps-odometer.about":
    "Un coche toma curvas y pasa por un túnel. Los errores de su odómetro y de su giróscopo se acumulan; el GPS tiene ruido y llega una vez por segundo, salvo en el túnel. Un filtro de Kalman extendido los une.",
  "example.island-counted.title": "La isla, contada",
  "example.island-counted.about":
    "Los peces y pelícanos de la isla, contados cada hora por dos cámaras y dos drones, todos con ruido; los drones solo vuelan de día. Un filtro de Kalman halla ambos números.",
  "example.spacecraft-navigation.title": "Navegación de una nave",
  "example.spacecraft-navigation.about":
    "Una nave en órbita alrededor de la Luna, que una estación ve en distancia y rumbo hasta que la tapa el horizonte. Un filtro de Kalman extendido y otro unscented hallan posición y velocidad.",
  "example.nile.title": "El caudal del Nilo",
  "example.nile.about":
    "Cien años del Nilo como un nivel que vaga con ruido encima: el modelo, y el filtro que halla el nivel en el registro.",
  "example.airline.title": "Pasajeros predichos",
  "example.airline.about":
    "Pasajeros de aviación, mes a mes: nivel, tendencia y estación de diez años, y lo que predicen para dos más, con la banda que contiene el 95 %.",
  "example.vibration.title": "Vibración, de los datos al control",
  "example.vibration.about":
    "Una planta conocida solo por un registro ruidoso: el modelo que halla Identificar, LQG diseñado con él, y la planta real con ese control, junto a sí misma sin control.",
  "example.pid-motor.title": "PID en un motor",
  "example.pid-motor.about":
    "Un motor lleva su eje a un ángulo con control PID y una alimentación de 24 V; después tira una carga. La derivada mira solo el ángulo y la integral no se satura.",
  "example.cart-pendulum.title": "Carro y péndulo",
  "example.cart-pendulum.about":
    "Un péndulo cuelga de un carro que recibe un empujón. Las ecuaciones no lineales completas en una Función; las matrices valen cerca del estado mostrado.",
  "example.bouncing-ball.title": "Pelota que bota",
  "example.bouncing-ball.about":
    "Una pelota cae y en cada bote su velocidad salta: cambia de sentido y mengua. Los instantes se hallan hasta las últimas cifras; tras el duodécimo bote la simulación se detiene sola.",
  "example.thermostat.title": "Termostato con relé",
  "example.thermostat.about":
    "Un calefactor que solo se enciende o se apaga mantiene una habitación cerca de 21 °C un día frío. La histéresis del relé decide cuánto oscila y cuántas veces conmuta. El tiempo va en horas.",
  "example.tank-level.title": "Nivel de un depósito",
  "example.tank-level.about":
    "Una bomba mantiene el nivel de un depósito aunque su desagüe se abra más: control PI con una bomba que da hasta donde puede. La salida crece con la raíz del nivel.",
  "example.sampled-control.title": "Control muestreado",
  "example.sampled-control.about":
    "Un regulador digital gobierna una planta continua: mira cada 0,2 s y mantiene su salida entre tanto. Las matrices son las del lazo entero en los instantes de muestreo.",
  "example.kinetics.title": "Cinética rígida",
  "example.kinetics.about":
    "Las tres reacciones de Robertson: constantes separadas por nueve potencias de diez, durante cien mil segundos. Un método explícito necesitaría millones de pasos; los rígidos, unos cientos.",
  "example.delay-loop.title": "Retardo en el lazo",
  "example.delay-loop.about":
    "El agua caliente tarda dos segundos por la tubería hasta el sensor. Un PI debe tener paciencia; el predictor de Smith de abajo conoce el retardo y no tiene que esperar.",
  "example.three-tanks.title": "Tres depósitos",
  "example.three-tanks.about":
    "Un subsistema usado tres veces: cada depósito vierte en el siguiente y tiene su propia base y su propio desagüe. Abra uno con doble clic; sus parámetros están en el inspector.",
  "example.lorenz.title": "Atractor de Lorenz",
  "example.lorenz.about":
    "Aire caliente que sube y gira, en tres ecuaciones: acotado y sin repetirse nunca. El visor XY dibuja z frente a x; cambie ρ y vea ir y venir el orden.",
  "example.cruise-control.title": "Control de crucero",
  "example.cruise-control.about":
    "Un regulador PI digital mantiene la velocidad de un coche, también cuesta arriba. Sus ganancias ponen los polos muestreados donde caen -0.5 ± 0.3i; los límites del motor no saturan la integral.",
  "example.motor-position.title": "Posición de un motor",
  "example.motor-position.about":
    "Un compensador de adelanto digital lleva el eje de un motor a un ángulo, mil veces por segundo. Ajustado para 60° de margen de fase a 100 rad/s, contando el retenedor; ajústelo de nuevo cuando cambie el motor.",
  "example.inverted-pendulum-lqr.title": "Péndulo invertido con LQR",
  "example.inverted-pendulum-lqr.about":
    "Un carro lleva a otro lugar una varilla en pie: realimentación del estado cien veces por segundo. Las ganancias son un LQR de la planta vista a través del retenedor; las ecuaciones son las completas.",
  "example.inverted-pendulum-lqg.title": "Péndulo invertido con LQG",
  "example.inverted-pendulum-lqg.about":
    "La varilla se mantiene en pie con dos medidas ruidosas: posición y ángulo. Un observador de Kalman estima los cuatro estados y las ganancias LQR los realimentan, cien veces por segundo.",
  "example.aircraft-pitch.title": "Cabeceo de un avión",
  "example.aircraft-pitch.about":
    "Un avión de línea toma otro ángulo de cabeceo y lo mantiene, aunque su carga se desplaza a los 15 s. Realimentación del estado con acción integral por LQR, cincuenta veces por segundo.",
  "example.ball-and-beam.title": "Bola y viga",
  "example.ball-and-beam.about":
    "Una viga se inclina para llevar rodando una bola a su sitio: dos lazos, cada uno con su periodo de muestreo y su diseño. El rápido gira la viga, el lento dice a qué ángulo; el rodar es no lineal.",
  "example.suspension.title": "Suspensión activa",
  "example.suspension.about":
    "Un cuarto de coche sobre un resalto: un actuador mandado por LQR junto al mismo coche sin él. La carrocería siente una fracción del golpe; carretera, carrocería y rueda se cuentan desde el reposo.",
  "example.island-feeding.title": "La isla con una regla de alimentación",
  "example.island-feeding.about":
    "Sin ayuda, peces y pelícanos oscilan cada vez más. Una regla echa comida cuatro veces al día, más o menos de lo habitual según cuántos hay, y los devuelve; los visitantes que dan de comer no la alteran.",
};
