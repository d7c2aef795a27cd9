import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconBook2,
  IconCheck,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMail,
  IconMoon,
  IconSun,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { changeOwnPreferences, signOut } from "../api/generated/sdk.gen.ts";
import { sessionQuery, useSession } from "../api/session.ts";
import { AccountButton } from "./account-button.tsx";
import { changeLanguage, type Language, languageNames } from "./texts.ts";

const schemes = [
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
  { value: "auto", icon: IconDeviceDesktop },
] as const;

/** Open from the start: whoever loaded it has asked for it. */
export default function OpenAccountMenu({ compact }: { compact?: boolean }) {
  const { t, i18n } = useTranslation();
  const { name, user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const router = useRouter();
  const leave = useMutation({
    mutationFn: () => signOut(),
    onSuccess: async () => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, null);
      await router.invalidate();
    },
  });
  const choose = useMutation({
    mutationFn: (alertMails: boolean) => changeOwnPreferences({ body: { alertMails } }),
    onSuccess: ({ data }) => queries.setQueryData(sessionQuery.queryKey, data),
  });
  const check = <IconCheck size={14} aria-hidden="true" />;
  return (
    <Menu position={compact ? "bottom-end" : "right-end"} width={220} defaultOpened>
      <Menu.Target>
        <AccountButton compact={compact} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user?.email ?? name}</Menu.Label>
        {schemes.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            closeMenuOnClick={false}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={15} stroke={1.6} aria-hidden="true" />}
            rightSection={colorScheme === value && check}
            onClick={() => setColorScheme(value)}
          >
            {t(`app.scheme.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {(Object.keys(languageNames) as Language[]).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            closeMenuOnClick={false}
            role="menuitemradio"
            aria-checked={i18n.language === language}
            leftSection={<IconLanguage size={15} stroke={1.6} aria-hidden="true" />}
            rightSection={i18n.language === language && check}
            onClick={() => void changeLanguage(language)}
          >
            {languageNames[language]}
          </Menu.Item>
        ))}
        {user !== null && (
          <>
            <Menu.Divider />
            <Menu.Item
              closeMenuOnClick={false}
              role="menuitemcheckbox"
              aria-checked={user.alertMails}
              leftSection={<IconMail size={15} stroke={1.6} aria-hidden="true" />}
              rightSection={user.alertMails && check}
              disabled={choose.isPending}
              onClick={() => choose.mutate(!user.alertMails)}
            >
              {t("app.alertMails")}
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item
          component="a"
          href="/docs"
          target="_blank"
          leftSection={<IconBook2 size={15} stroke={1.6} aria-hidden="true" />}
        >
          {t("app.apiDocs")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={15} stroke={1.6} aria-hidden="true" />}
          onClick={() => leave.mutate()}
        >
          {t("app.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
