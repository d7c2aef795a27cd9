import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCan } from "../../api/session.ts";
import { Failed, Loading } from "../../ui/states.tsx";
import classes from "./access.module.css";
import { useAreaText, usePermissionText } from "./permission-texts.ts";
import { rolesQuery } from "./roles-query.ts";

type ChoosePermissionsProps = {
  chosen: readonly string[];
  change: (permissions: string[]) => void;
  readOnly?: boolean;
  error?: React.ReactNode;
};

/** Every permission with what it allows, by the part of the business it is about. Nobody gives more than they have. */
export function ChoosePermissions({ chosen, change, readOnly, error }: ChoosePermissionsProps) {
  const areaText = useAreaText();
  const can = useCan();
  const say = usePermissionText();
  const { data, error: failed, refetch } = useQuery(rolesQuery);
  if (!data) return failed ? <Failed error={failed} retry={() => void refetch()} /> : <Loading lines={8} />;
  const areas = Object.entries(Object.groupBy(data.permissions, ({ name }) => name.split(":")[0] ?? name));
  const mark = (names: readonly string[], isIn: boolean) => {
    const set = new Set(chosen);
    for (const name of names)
      if (isIn) set.add(name);
      else set.delete(name);
    change(data.permissions.map(({ name }) => name).filter((name) => set.has(name)));
  };
  return (
    <div className={classes.areas}>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {areas.map(([area, permissions = []]) => {
        const names = permissions.map(({ name }) => name);
        const given = names.filter((name) => chosen.includes(name));
        const grantable = names.filter((name) => can(name) || chosen.includes(name));
        const title = areaText(area);
        return (
          <div key={area} className={classes.area} role="group" aria-label={title}>
            <Checkbox
              label={<strong>{title}</strong>}
              checked={given.length === names.length}
              indeterminate={given.length > 0 && given.length < names.length}
              disabled={readOnly || grantable.length === 0}
              onChange={() => mark(grantable, given.length < grantable.length)}
            />
            <div className={classes.permissions}>
              {permissions.map(({ name, allows }) => (
                <Checkbox
                  key={name}
                  size="xs"
                  label={say(name, allows)}
                  title={name}
                  checked={chosen.includes(name)}
                  disabled={readOnly || !(can(name) || chosen.includes(name))}
                  onChange={(event) => mark([name], event.currentTarget.checked)}
                />
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
}
