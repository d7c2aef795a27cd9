import { Button } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import { type Story, stories } from "./stories.ts";
import classes from "./tour.module.css";

/** Five minutes through the system: each story says what happened, what Orrery did, and where to see it. */
export function Tour() {
  const { t } = useTranslation();
  return (
    <Page title={t("tour.title")} facts={t("tour.lead")}>
      <ol className={classes.stories}>
        {stories.map((story, index) => (
          <li key={story.name} className={classes.story}>
            <span className={classes.number} aria-hidden="true">
              {index + 1}
            </span>
            <div className={classes.text}>
              <h2 className={classes.title}>{t(`tour.story.${story.name}.title`)}</h2>
              <p>{t(`tour.story.${story.name}.what`)}</p>
              <p className="soft">{t(`tour.story.${story.name}.look`)}</p>
            </div>
            <NextAction story={story} />
          </li>
        ))}
      </ol>
    </Page>
  );
}

function NextAction({ story }: { story: Story }) {
  const { t } = useTranslation();
  const link: LinkProps = story.link;
  return (
    <Button variant="light" renderRoot={(root) => <Link {...root} {...link} />}>
      {t(`tour.story.${story.name}.action`)}
    </Button>
  );
}
