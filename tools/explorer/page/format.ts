/** A number in `digits` significant digits without needless zeros; "—" when missing. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "—";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}×10${superscript(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** A probability; values above 0.999 keep the digits that the thresholds need. */
export function formatProbability(value: number): string {
  return value > 0.999 ? value.toFixed(5) : value.toFixed(3);
}

/** An angular distance in the unit that suits it. */
export function formatDistance(arcsec: number): string {
  if (Number.isNaN(arcsec)) return "—";
  if (arcsec < 120) return `${arcsec.toFixed(2)}″`;
  return arcsec < 7200 ? `${(arcsec / 60).toFixed(2)}′` : `${(arcsec / 3600).toFixed(2)}°`;
}

/** A VOUnits unit as people write it: `erg.s**-1.cm**-2` is erg s⁻¹ cm⁻². */
export function formatUnit(unit: string): string {
  return unit.replace(/\*\*(-?\d+)/g, (_, power) => superscript(Number(power))).replaceAll(
    ".",
    " ",
  );
}

function superscript(value: number): string {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return String(value).replace("-", "⁻").replace(/\d/g, (digit) => digits[Number(digit)]);
}
