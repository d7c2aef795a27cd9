/** Harbor & Pine, an invented retailer of outdoor and home goods, at places that exist. */
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"] as const;
const ALL_DAYS = [...WEEKDAYS, "sat", "sun"] as const;

function calendar(days: readonly string[], from: string, to: string, cutOff: string): object {
  return {
    openingHours: Object.fromEntries(days.map((day) => [day, [{ from, to }]])),
    cutOffs: Object.fromEntries(days.map((day) => [day, cutOff])),
  };
}

interface Place {
  code: string;
  name: string;
  city: string;
  country: string;
  latitude: number;
  longitude: number;
  timeZone: string;
}

const STORES: readonly Place[] = [
  {
    code: "ST-LONDON",
    name: "London Covent Garden",
    city: "London",
    country: "GB",
    latitude: 51.5117,
    longitude: -0.124,
    timeZone: "Europe/London",
  },
  {
    code: "ST-MANCHESTER",
    name: "Manchester Deansgate",
    city: "Manchester",
    country: "GB",
    latitude: 53.4794,
    longitude: -2.2485,
    timeZone: "Europe/London",
  },
  {
    code: "ST-LEEDS",
    name: "Leeds Briggate",
    city: "Leeds",
    country: "GB",
    latitude: 53.7975,
    longitude: -1.5419,
    timeZone: "Europe/London",
  },
  {
    code: "ST-BRISTOL",
    name: "Bristol Harbourside",
    city: "Bristol",
    country: "GB",
    latitude: 51.4496,
    longitude: -2.598,
    timeZone: "Europe/London",
  },
  {
    code: "ST-EDINBURGH",
    name: "Edinburgh George Street",
    city: "Edinburgh",
    country: "GB",
    latitude: 55.9541,
    longitude: -3.1967,
    timeZone: "Europe/London",
  },
  {
    code: "ST-DUBLIN",
    name: "Dublin Grafton Street",
    city: "Dublin",
    country: "IE",
    latitude: 53.3418,
    longitude: -6.26,
    timeZone: "Europe/Dublin",
  },
  {
    code: "ST-AMSTERDAM",
    name: "Amsterdam Jordaan",
    city: "Amsterdam",
    country: "NL",
    latitude: 52.3747,
    longitude: 4.8798,
    timeZone: "Europe/Amsterdam",
  },
  {
    code: "ST-ANTWERP",
    name: "Antwerp Meir",
    city: "Antwerp",
    country: "BE",
    latitude: 51.2183,
    longitude: 4.4093,
    timeZone: "Europe/Brussels",
  },
  {
    code: "ST-HAMBURG",
    name: "Hamburg Neuer Wall",
    city: "Hamburg",
    country: "DE",
    latitude: 53.5514,
    longitude: 9.9895,
    timeZone: "Europe/Berlin",
  },
  {
    code: "ST-BERLIN",
    name: "Berlin Mitte",
    city: "Berlin",
    country: "DE",
    latitude: 52.525,
    longitude: 13.401,
    timeZone: "Europe/Berlin",
  },
  {
    code: "ST-MUNICH",
    name: "Munich Gärtnerplatz",
    city: "Munich",
    country: "DE",
    latitude: 48.1317,
    longitude: 11.5757,
    timeZone: "Europe/Berlin",
  },
  {
    code: "ST-PARIS",
    name: "Paris Le Marais",
    city: "Paris",
    country: "FR",
    latitude: 48.8592,
    longitude: 2.3622,
    timeZone: "Europe/Paris",
  },
];

const CENTERS: readonly (Place & {
  type: string;
  groups: string[];
  capacityPerDay: number;
  priority: number;
  calendar: object;
})[] = [
  {
    code: "DC-DAVENTRY",
    name: "Daventry distribution center",
    city: "Daventry",
    country: "GB",
    latitude: 52.2569,
    longitude: -1.1609,
    timeZone: "Europe/London",
    type: "warehouse",
    groups: ["hub"],
    capacityPerDay: 900,
    priority: 10,
    calendar: calendar([...WEEKDAYS, "sat"], "06:00", "22:00", "17:00"),
  },
  {
    code: "DC-VENLO",
    name: "Venlo distribution center",
    city: "Venlo",
    country: "NL",
    latitude: 51.3704,
    longitude: 6.1724,
    timeZone: "Europe/Amsterdam",
    type: "warehouse",
    groups: ["hub"],
    capacityPerDay: 1200,
    priority: 10,
    calendar: calendar(ALL_DAYS, "06:00", "23:00", "19:00"),
  },
  {
    code: "3PL-WROCLAW",
    name: "Wrocław partner warehouse",
    city: "Wrocław",
    country: "PL",
    latitude: 51.1079,
    longitude: 17.0385,
    timeZone: "Europe/Warsaw",
    type: "3pl",
    groups: ["regional"],
    capacityPerDay: 300,
    priority: 40,
    calendar: calendar(WEEKDAYS, "07:00", "19:00", "15:00"),
  },
  {
    code: "VD-PORTO",
    name: "Atelier do Porto (textiles)",
    city: "Porto",
    country: "PT",
    latitude: 41.1579,
    longitude: -8.6291,
    timeZone: "Europe/Lisbon",
    type: "vendor",
    groups: ["drop-ship"],
    capacityPerDay: 60,
    priority: 80,
    calendar: calendar(WEEKDAYS, "09:00", "18:00", "12:00"),
  },
  {
    code: "VD-GOTEBORG",
    name: "Göteborg Trä (furniture)",
    city: "Gothenburg",
    country: "SE",
    latitude: 57.7089,
    longitude: 11.9746,
    timeZone: "Europe/Stockholm",
    type: "vendor",
    groups: ["drop-ship"],
    capacityPerDay: 40,
    priority: 80,
    calendar: calendar(WEEKDAYS, "08:00", "16:00", "11:00"),
  },
];

export const storeCodes = STORES.map((store) => store.code);
export const centerCodes = ["DC-DAVENTRY", "DC-VENLO"];

/** All locations, as the API takes them. */
export function locations(): object[] {
  const view = ({ city, country, ...place }: Place): object => ({ ...place, address: { city, country } });
  return [
    ...CENTERS.map(view),
    ...STORES.map((store) => ({
      ...view(store),
      type: "store",
      groups: store.country === "GB" ? ["regional", "ship-from-store"] : ["regional"],
      capacityPerDay: 30,
      priority: 60,
      calendar: calendar(ALL_DAYS, "09:00", "20:00", "16:00"),
    })),
  ];
}

const shipping = [...CENTERS, ...STORES].map((place) => place.code);

export const networks = [
  { code: "everywhere", name: "All locations", locations: shipping },
  { code: "warehouses", name: "Warehouses and partners", locations: CENTERS.map((place) => place.code) },
  { code: "stores", name: "Stores", locations: storeCodes },
];

const channel = (code: string, name: string, kind: string, network: string, more: object = {}): object => ({
  code,
  name,
  kind,
  brand: "Harbor & Pine",
  market: "EU",
  currency: "EUR",
  network,
  ...more,
});

export const channels = [
  channel("web", "Web shop", "web", "everywhere"),
  channel("app", "App", "app", "everywhere"),
  channel("marketplace", "Marketplace", "marketplace", "warehouses", { whenChanged: "newVersion" }),
  channel("social", "Social shop", "social", "warehouses"),
  channel("kiosk", "Store kiosk", "kiosk", "everywhere"),
  channel("pos", "Tills", "pos", "stores"),
  channel("phone", "Phone orders", "phone", "everywhere", { whenUnavailable: "backorder" }),
];

/** How orders spread over the channels that take them with delivery or pickup. */
export const channelShares = [
  ["web", 46],
  ["app", 22],
  ["marketplace", 16],
  ["social", 6],
  ["kiosk", 4],
  ["phone", 6],
] as const;

interface Destination {
  city: string;
  country: string;
  postalCode: string;
  latitude: number;
  longitude: number;
}

/** Where customers live, with rough weights. */
export const destinations: readonly (readonly [Destination, number])[] = [
  [{ city: "London", country: "GB", postalCode: "N1 9GU", latitude: 51.535, longitude: -0.104 }, 12],
  [{ city: "Birmingham", country: "GB", postalCode: "B2 4QA", latitude: 52.48, longitude: -1.898 }, 6],
  [{ city: "Leeds", country: "GB", postalCode: "LS1 4DY", latitude: 53.797, longitude: -1.546 }, 5],
  [{ city: "Glasgow", country: "GB", postalCode: "G1 1XQ", latitude: 55.861, longitude: -4.25 }, 4],
  [{ city: "Dublin", country: "IE", postalCode: "D02 X285", latitude: 53.344, longitude: -6.267 }, 4],
  [{ city: "Amsterdam", country: "NL", postalCode: "1012 JS", latitude: 52.373, longitude: 4.893 }, 7],
  [{ city: "Utrecht", country: "NL", postalCode: "3511 CE", latitude: 52.091, longitude: 5.122 }, 4],
  [{ city: "Ghent", country: "BE", postalCode: "9000", latitude: 51.054, longitude: 3.725 }, 4],
  [{ city: "Cologne", country: "DE", postalCode: "50667", latitude: 50.938, longitude: 6.957 }, 6],
  [{ city: "Berlin", country: "DE", postalCode: "10117", latitude: 52.517, longitude: 13.389 }, 9],
  [{ city: "Munich", country: "DE", postalCode: "80331", latitude: 48.137, longitude: 11.575 }, 7],
  [{ city: "Vienna", country: "AT", postalCode: "1010", latitude: 48.208, longitude: 16.372 }, 3],
  [{ city: "Paris", country: "FR", postalCode: "75003", latitude: 48.863, longitude: 2.361 }, 9],
  [{ city: "Lyon", country: "FR", postalCode: "69002", latitude: 45.757, longitude: 4.832 }, 4],
  [{ city: "Copenhagen", country: "DK", postalCode: "1050", latitude: 55.68, longitude: 12.585 }, 3],
];

const GIVEN = [
  "Ada",
  "Ben",
  "Chloé",
  "Daan",
  "Eva",
  "Femke",
  "Greta",
  "Hugo",
  "Ida",
  "Jonas",
  "Katja",
  "Liam",
  "Mila",
  "Noah",
  "Olga",
  "Pim",
  "Rosa",
  "Sami",
  "Tess",
  "Yara",
];
const FAMILY = [
  "Okafor",
  "Bakker",
  "Clarke",
  "Dubois",
  "Evans",
  "Fischer",
  "García",
  "Hansen",
  "Ito",
  "Jensen",
  "Kowalski",
  "Lindqvist",
  "Murphy",
  "Novak",
  "Peeters",
  "Rossi",
  "Schmidt",
  "Taylor",
  "Visser",
  "Weber",
];

/** 400 customers; the addresses use a domain that can never exist. */
export function customer(number: number): { reference: string; name: string; email: string } {
  const name = `${GIVEN[number % GIVEN.length]} ${FAMILY[Math.floor(number / GIVEN.length) % FAMILY.length]}`;
  const mailbox = name
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .replace(" ", ".");
  return { reference: `C-${10_000 + number}`, name, email: `${mailbox}@customers.example` };
}

export const CUSTOMERS = 400;
