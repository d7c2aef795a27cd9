import { Button } from "@mantine/core";
import { IconMap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listSkus } from "../../api/generated/sdk.gen.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { FlashSale } from "./flash-sale.tsx";
import { type Story, stories } from "./stories.ts";
import classes from "./tour.module.css";

/** Five minutes through the system: each story says what happened, what Orrery did, and what to do next. */
export function Tour() {
  const { t } = useTranslation();
  const {
    data: isSeeded,
    error,
    refetch,
  } = useQuery({
    queryKey: ["skus", "stories"],
    queryFn: async ({ signal }) =>
      (await listSkus({ query: { query: "STORY-FLASH", limit: 1 }, signal })).data.data.length > 0,
  });
  return (
    <Page title={t("tour.title")} facts={isSeeded && t("tour.lead")}>
      {isSeeded ? (
        <ol className={classes.stories}>
          {stories.map((story, index) => (
            <StoryCard key={story.name} story={story} number={index + 1} />
          ))}
        </ol>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isSeeded === false ? (
        <Empty title={t("tour.absent")} icon={<IconMap size={26} stroke={1.4} aria-hidden="true" />}>
          {t("tour.absentText")} <code className="code">npm start -- --demo</code>
        </Empty>
      ) : (
        <Loading lines={8} />
      )}
    </Page>
  );
}

function StoryCard({ story, number }: { story: Story; number: number }) {
  const { t } = useTranslation();
  const link: LinkProps = story.link;
  return (
    <li className={classes.story}>
      <span className={classes.number} aria-hidden="true">
        {number}
      </span>
      <div className={classes.text}>
        <h2 className={classes.title}>{t(`tour.story.${story.name}.title`)}</h2>
        <p>{t(`tour.story.${story.name}.what`)}</p>
        <p className="soft">{t(`tour.story.${story.name}.look`)}</p>
      </div>
      <Button variant="light" renderRoot={(root) => <Link {...root} {...link} />}>
        {t(`tour.story.${story.name}.action`)}
      </Button>
      {story.name === "flashSale" && <FlashSale />}
    </li>
  );
}
