const EARTH_RADIUS_METERS = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Half way around the earth: nothing is farther, so a place without coordinates comes after all that have some. */
export const FARTHEST_METERS = Math.round(Math.PI * EARTH_RADIUS_METERS);

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Great-circle distance in whole meters (haversine on a sphere: within 0.6 % of the ellipsoid). Whole, so that sums of
 * distances do not depend on the order of adding. 0.1 µs.
 */
export function distanceMeters(from: Place, to: Place): number {
  const latitude = (to.latitude - from.latitude) * RADIANS;
  const longitude = (to.longitude - from.longitude) * RADIANS;
  const chord =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * Math.sin(longitude / 2) ** 2;
  return Math.round(2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord))));
}
