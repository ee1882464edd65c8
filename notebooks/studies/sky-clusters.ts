/**
 * Groups of positions by friends of friends: whoever is within the linking length of a member is
 * a member.
 *
 * @param l `[n]` longitudes and
 * @param b `[n]` latitudes, degrees.
 * @returns Lists of indices, largest first; a lonely position is a list of one.
 */
export function skyClusters(l: Float64Array, b: Float64Array, linkDeg: number): number[][] {
  const rad = Math.PI / 180;
  const unit = Array.from(l, (_, i) => {
    const cos = Math.cos(b[i] * rad);
    return [cos * Math.cos(l[i] * rad), cos * Math.sin(l[i] * rad), Math.sin(b[i] * rad)];
  });
  const chord2 = (2 * Math.sin(linkDeg * rad / 2)) ** 2;
  const free = new Set(l.keys());
  const clusters: number[][] = [];
  for (const seed of l.keys()) {
    if (!free.delete(seed)) continue;
    const members = [seed];
    for (const i of members) {
      for (const j of free) {
        const [dx, dy, dz] = unit[i].map((value, axis) => value - unit[j][axis]);
        if (dx * dx + dy * dy + dz * dz > chord2) continue;
        free.delete(j);
        members.push(j);
      }
    }
    clusters.push(members);
  }
  return clusters.sort((a, b) => b.length - a.length);
}
