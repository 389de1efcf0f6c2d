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
};
