import { Button, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { signIn } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";
import { sessionQuery } from "../../api/session.ts";
import { ProblemNote } from "../../ui/states.tsx";
import { Orbits } from "./orbits.tsx";
import classes from "./sign-in.module.css";

const route = getRouteApi("/sign-in");

export function SignIn() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: async () => (await signIn({ body: { email: email.trim(), password } })).data,
    onSuccess: async (session) => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      // Only paths of this console: what stands in a URL must not lead elsewhere.
      await router.navigate({ href: next && /^\/(?!\/)/.test(next) ? next : "/", replace: true });
    },
  });
  useEffect(() => {
    document.title = `${t("signIn.title")} · Orrery`;
  }, [t]);
  const wrong = enter.error instanceof Problem && enter.error.status === 401;

  return (
    <div className={classes.page}>
      <Orbits />
      <main className={classes.card}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            enter.mutate();
          }}
        >
          <Stack gap="md">
            <div className={classes.brand}>
              <img src="/logo.svg" alt="" width={34} height={34} />
              <span>Orrery</span>
            </div>
            <div>
              <Title order={1}>{t("signIn.title")}</Title>
              <p className={classes.lead}>{t("signIn.lead")}</p>
            </div>
            <TextInput
              label={t("signIn.email")}
              type="email"
              name="email"
              autoComplete="username"
              size="md"
              required
              withAsterisk={false}
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("signIn.password")}
              name="password"
              autoComplete="current-password"
              size="md"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={wrong ? t("signIn.wrong") : undefined}
            />
            {enter.error && !wrong && <ProblemNote error={enter.error} />}
            <Button type="submit" size="md" loading={enter.isPending} fullWidth>
              {t("signIn.enter")}
            </Button>
          </Stack>
        </form>
      </main>
    </div>
  );
}
