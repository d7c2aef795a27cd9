import { Select, type SelectProps } from "@mantine/core";
import { useMemo } from "react";
import { countryOptions } from "./countries.ts";

/** Found by its code or a part of its name, names that begin with it first: "DE" and "Germ" both find Germany. */
export function CountrySelect(props: Omit<SelectProps, "data" | "filter">) {
  const countries = useMemo(() => countryOptions(), []);
  return (
    <Select
      {...props}
      data={countries}
      searchable
      clearable
      autoComplete="off"
      filter={({ search }) => {
        const sought = search.trim().toLowerCase();
        const placeIn = (label: string) => label.toLowerCase().indexOf(sought);
        return countries
          .filter(({ value, label }) => value.toLowerCase() === sought || placeIn(label) >= 0)
          .toSorted((one, other) => Number(placeIn(one.label) !== 0) - Number(placeIn(other.label) !== 0));
      }}
    />
  );
}
