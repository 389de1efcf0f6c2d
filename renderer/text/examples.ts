/** Titles and descriptions of the examples in Spanish; English is in the examples themselves (`textOr(key, english)`). */
export const examplesEs: { readonly [key: string]: string } = {
  "example.island.title": "Isla",
  "example.island.about":
    "Peces, pelícanos y la comida que se echa a los peces, en los cuatro bloques del libro. Dos cámaras y dos drones los cuentan; las corrientes llevan la comida de la cámara 1 a la 2.",
  "example.island-classic.title": "La isla en bloques clásicos",
  "example.island-classic.about":
    "La misma isla con integradores, ganancias y sumas: los mismos estados, entradas y salidas. Sus matrices coinciden hasta el último bit.",
  "example.toy-car-track.title": "Coche de juguete en una pista",
  "example.toy-car-track.about":
    "Un coche de juguete en una pista recta: posición y velocidad, empujado por su motor. Dos estados, una entrada, una salida.",
  "example.toy-car-field.title": "Coche de juguete en un campo",
  "example.toy-car-field.about":
    "Un coche guiado por un campo con dos fuerzas: cuatro estados, dos entradas, dos salidas. Un eje torcido lleva al eje y parte del empuje en x.",
  "example.mass-spring-damper.title": "Masa, muelle y amortiguador",
  "example.mass-spring-damper.about":
    "Una masa con muelle y amortiguador, empujada una vez: el primer modelo de cualquier curso. En bloques clásicos, uno por término de m x'' = F - c x' - k x.",
  "example.rlc.title": "Circuito RLC",
  "example.rlc.about":
    "Una resistencia, una bobina y un condensador en serie con una onda cuadrada. La tensión del condensador oscila en cada flanco.",
  "example.dc-motor.title": "Velocidad de un motor de corriente continua",
  "example.dc-motor.about":
    "La velocidad de un motor ante un escalón de tensión y, después, una carga en el eje. Dos funciones de transferencia en un lazo que cierra la tensión inducida.",
  "example.discrete.title": "Termostato muestreado",
  "example.discrete.about":
    "Una habitación y su termostato, una vez por minuto: un modelo en tiempo discreto con control PI. Las temperaturas se cuentan desde la inicial.",
  "example.pendulum.title": "Péndulo",
  "example.pendulum.about":
    "Un péndulo que se suelta desde muy arriba: un modelo no lineal, con la gravedad en un bloque Función. Las matrices valen para pequeñas oscilaciones en torno al punto de linealización.",
  "example.bjsales.title": "Ventas con un indicador adelantado",
  "example.bjsales.about":
    "Datos grabados: un indicador que se adelanta tres meses a las ventas, y el modelo de Box y Jenkins. Ventas simuladas y reales en la misma gráfica.",
};
