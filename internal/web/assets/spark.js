// A line without axes, drawn as internal/web/spark.go draws it.
const width = 180, height = 32;

const known = (value) => typeof value === "number";

// draw gives the line and the area below it, as the d of two paths.
export function draw(points) {
  const top = Math.max(0, ...points.filter(known)), left = width - points.length;
  const at = points.map((value) => !known(value) ? undefined
    : top === 0 ? height - 1 : Math.round((height - 1 - (value / top) * (height - 3)) * 10) / 10);
  let line = "", area = "", begun = 0;
  at.forEach((y, i) => {
    if (y === undefined) return;
    const before = at[i - 1], after = at[i + 1], x = left + i;
    if (before === undefined) {
      begun = i;
      line += `M${x} ${y}`;
      area += `M${x} ${height}L${x} ${y}`;
      if (after === undefined) line += "h0";
    } else if (before === y && after === y) {
      return;
    } else {
      line += `L${x} ${y}`;
      area += `L${x} ${y}`;
    }
    if (after === undefined && i > begun) area += `L${x} ${height}Z`;
  });
  return { line, area };
}
