import { Select, type SelectProps } from "@mantine/core";
import { useMemo } from "react";
import { countryOptions } from "./countries.ts";

/** Found by its name or its code: "DE" and "Germ" both find Germany. Empty is null. */
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
        return countries.filter(
          ({ value, label }) => value.toLowerCase() === sought || label.toLowerCase().includes(sought),
        );
      }}
    />
  );
}
