import classes from "./sign-in.module.css";

const orbits = [
  { rx: 150, ry: 62, planet: 5, turn: 0.15 },
  { rx: 290, ry: 124, planet: 9, turn: 0.62 },
  { rx: 450, ry: 196, planet: 6, turn: 0.87 },
  { rx: 640, ry: 284, planet: 12, turn: 0.36 },
  { rx: 860, ry: 388, planet: 7, turn: 0.05 },
];

/** The machine that the product is named after, standing still behind the form. */
export function Orbits() {
  return (
    <svg
      className={classes.orbits}
      viewBox="-960 -540 1920 1080"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <g transform="rotate(-24)">
        <circle r="22" className={classes.sun} />
        {orbits.map(({ rx, ry, planet, turn }) => (
          <g key={rx}>
            <ellipse rx={rx} ry={ry} className={classes.orbit} />
            <circle
              cx={rx * Math.cos(turn * 2 * Math.PI)}
              cy={ry * Math.sin(turn * 2 * Math.PI)}
              r={planet}
              className={classes.planet}
            />
          </g>
        ))}
      </g>
    </svg>
  );
}
