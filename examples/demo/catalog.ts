import type { Random } from "./random.ts";

export interface Product {
  code: string;
  price: number;
  /** Relative demand: a few sell well. */
  popularity: number;
  category: string;
  vendor: string | null;
  productCode: string;
}

interface Family {
  category: string;
  names: readonly string[];
  variants: readonly string[];
  price: readonly [number, number];
  grams: number;
  size: readonly [number, number, number];
  vendor?: string;
}

const COLORS = ["Forest", "Sand", "Slate", "Rust", "Navy"];
const SIZES = ["S", "M", "L", "XL", "XXL"];

/** Ten categories of six products with five variants each: 300 SKUs. */
const FAMILIES: readonly Family[] = [
  {
    category: "Outdoor/Tents",
    names: ["Ridge 2", "Ridge 4", "Dune", "Loft", "Harbor", "Bivy"],
    variants: COLORS,
    price: [14900, 64900],
    grams: 3200,
    size: [600, 200, 200],
  },
  {
    category: "Outdoor/Backpacks",
    names: ["Trail 28", "Trail 45", "City 18", "Summit 60", "Roll", "Kid 12"],
    variants: COLORS,
    price: [4900, 21900],
    grams: 1200,
    size: [550, 320, 200],
  },
  {
    category: "Clothing/Jackets",
    names: ["Pine Shell", "Harbor Down", "Fleece", "Rain Cape", "Field Coat", "Wind Vest"],
    variants: SIZES,
    price: [7900, 32900],
    grams: 700,
    size: [350, 300, 80],
  },
  {
    category: "Clothing/Shirts",
    names: ["Merino Tee", "Oxford", "Flannel", "Linen", "Henley", "Polo"],
    variants: SIZES,
    price: [2900, 8900],
    grams: 220,
    size: [300, 250, 30],
    vendor: "VD-PORTO",
  },
  {
    category: "Footwear/Boots",
    names: ["Fell", "Moor", "Cliff", "Brook", "Tarn", "Crag"],
    variants: ["39", "41", "43", "44", "46"],
    price: [9900, 27900],
    grams: 1300,
    size: [350, 250, 130],
  },
  {
    category: "Home/Lamps",
    names: ["Beacon", "Lantern", "Buoy", "Glow", "Pillar", "Reed"],
    variants: COLORS,
    price: [3900, 18900],
    grams: 1500,
    size: [400, 250, 250],
  },
  {
    category: "Home/Furniture",
    names: ["Stool", "Side Table", "Bench", "Shelf", "Coat Rack", "Chest"],
    variants: ["Oak", "Birch", "Walnut", "Ash", "Black"],
    price: [8900, 49900],
    grams: 9000,
    size: [900, 500, 300],
    vendor: "VD-GOTEBORG",
  },
  {
    category: "Kitchen/Ceramics",
    names: ["Mug", "Bowl", "Plate", "Jug", "Teapot", "Vase"],
    variants: COLORS,
    price: [1400, 6900],
    grams: 600,
    size: [150, 150, 150],
  },
  {
    category: "Travel/Luggage",
    names: ["Cabin", "Weekender", "Trunk", "Wash Bag", "Packing Cube", "Duffel"],
    variants: COLORS,
    price: [1900, 28900],
    grams: 2100,
    size: [550, 400, 230],
  },
  {
    category: "Kids/Toys",
    names: ["Fox", "Whale", "Blocks", "Kite", "Puzzle", "Boat"],
    variants: ["Small", "Medium", "Large", "Gift Box", "Travel"],
    price: [1200, 5900],
    grams: 400,
    size: [250, 200, 120],
  },
];

/** The products, and the SKUs as the API takes them. Prices live in the shop; the demo's shoppers know them. */
export function catalog(random: Random): { products: Product[]; skus: object[] } {
  const products: Product[] = [];
  const skus: object[] = [];
  FAMILIES.forEach((family, familyIndex) =>
    family.names.forEach((name, nameIndex) => {
      const price = Math.round(random.between(...family.price) / 100) * 100 - 1;
      const productCode = `${prefix(family.category)}-${name.toUpperCase().replaceAll(" ", "")}`;
      const popularity = random.weighted([
        [1, 6],
        [3, 3],
        [9, 1],
      ]);
      family.variants.forEach((variant, variantIndex) => {
        const code = `${productCode}-${variant.toUpperCase().replaceAll(" ", "")}`;
        products.push({
          code,
          price,
          popularity: popularity * (variantIndex === 1 || variantIndex === 2 ? 2 : 1),
          category: family.category,
          vendor: family.vendor ?? null,
          productCode,
        });
        skus.push({
          code,
          productId: productCode,
          name: `${name} ${variant}`,
          gtin: gtin(familyIndex * 100 + nameIndex * 10 + variantIndex),
          categoryPath: family.category,
          weightGrams: family.grams,
          lengthMillimeters: family.size[0],
          widthMillimeters: family.size[1],
          heightMillimeters: family.size[2],
          imageUrl: `/demo/pictures/${familyIndex}-${nameIndex}-${variantIndex}.svg`,
          originCountry: family.vendor === "VD-GOTEBORG" ? "SE" : "PT",
          attributes: { variant },
          ...(family.category === "Home/Furniture" ? { freightClass: "bulky" } : {}),
        });
      });
    }),
  );
  return { products, skus };
}

function prefix(category: string): string {
  return (category.split("/")[1] ?? category).slice(0, 3).toUpperCase();
}

/** A GTIN-13 with its check digit, in the range that GS1 keeps for use inside a company (200). */
function gtin(number: number): string {
  const digits = `200${String(number).padStart(9, "0")}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
