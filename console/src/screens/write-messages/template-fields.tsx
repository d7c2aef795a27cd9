import { ActionIcon, Button, Menu, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/panel.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { CommitField } from "../change-documents/commit-field.tsx";
import { languageChoices } from "./languages.ts";
import { LiquidField } from "./liquid-field.tsx";
import { useScopes, useVariables } from "./queries.ts";
import classes from "./template.module.css";
import {
  type Block,
  blockTypes,
  newBlock,
  type Template,
  withBlock,
  withMovedBlock,
  withoutBlock,
} from "./template-content.ts";
import type { Variables } from "./variables.ts";

type TemplateFieldsProps = {
  template: Template;
  change: (change: (template: Template) => Template) => void;
  faults: readonly Fault[];
};

/** What a template says, part by part; faults stand at their part. */
export function TemplateFields({ template, change, faults }: TemplateFieldsProps) {
  const { t } = useTranslation();
  const variables = useVariables(template.trigger);
  const faultsOf = (pointer: string) => faults.filter((fault) => fault.pointer === pointer);
  const { subject, text, blocks } = template;
  return (
    <div className={classes.stack}>
      <WhoGetsIt template={template} change={change} faults={faults} />
      <Panel title={t("template.says")}>
        <div className={classes.fields}>
          {subject !== undefined && (
            <LiquidField
              label={t("message.subject")}
              value={subject}
              change={(next) => change((before) => ({ ...before, subject: next }))}
              variables={variables.values}
              faults={faultsOf("/subject")}
              maxLength={300}
            />
          )}
          {text !== undefined && (
            <LiquidField
              label={t("message.text")}
              value={text}
              change={(next) => change((before) => ({ ...before, text: next }))}
              variables={variables.values}
              faults={faultsOf("/text")}
              minRows={3}
              maxLength={1000}
            />
          )}
          {blocks !== undefined && (
            <ol className={classes.blocks} aria-label={t("template.blocks")}>
              {blocks.map((block, index) => (
                <BlockFields
                  // Blocks have no names: their place is what tells them apart.
                  key={`${index} ${block.type}`}
                  {...{ block, index, change, variables }}
                  last={index === blocks.length - 1}
                  faults={faults.filter(({ pointer }) => pointer.startsWith(`/blocks/${index}/`))}
                />
              ))}
            </ol>
          )}
          {blocks !== undefined && <AddBlock change={change} variables={variables} />}
        </div>
      </Panel>
    </div>
  );
}

function WhoGetsIt({ template, change, faults }: TemplateFieldsProps) {
  const { t } = useTranslation();
  const { channels, brands } = useScopes();
  const { title, language, brand, channel } = template;
  const faultOf = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.message;
  return (
    <Panel title={t("template.facts")}>
      <div className={classes.fields}>
        <div className={classes.pair}>
          <CommitField
            label={t("template.title")}
            value={title}
            required
            maxLength={200}
            error={faultOf("/title")}
            commit={(next) => change((before) => ({ ...before, title: next }))}
          />
          <Select
            label={t("template.language")}
            searchable
            data={languageChoices(language)}
            value={language}
            error={faultOf("/language")}
            onChange={(next) => next && change((before) => ({ ...before, language: next }))}
            allowDeselect={false}
          />
        </div>
        <div className={classes.pair}>
          <Select
            label={t("template.brand")}
            placeholder={t("template.everyBrand")}
            clearable
            data={[...new Set([...brands, ...(brand === null ? [] : [brand])])]}
            value={brand}
            error={faultOf("/brand")}
            onChange={(next) => change((before) => ({ ...before, brand: next }))}
          />
          <Select
            label={t("message.channel")}
            placeholder={t("template.everyChannel")}
            clearable
            data={channels.map(({ code: value, name: label }) => ({ value, label }))}
            value={channel}
            error={faultOf("/channel")}
            onChange={(next) => change((before) => ({ ...before, channel: next }))}
          />
        </div>
      </div>
    </Panel>
  );
}

type BlockFieldsProps = Pick<TemplateFieldsProps, "change" | "faults"> & {
  block: Block;
  index: number;
  last: boolean;
  variables: Variables;
};

function BlockFields({ block, index, last, change, variables, faults }: BlockFieldsProps) {
  const { t } = useTranslation();
  const name = t("template.blockName", { number: index + 1, type: t(`template.block.${block.type}`) });
  const put = (next: Block) => change((before) => withBlock(before, index, next));
  const field = (key: string) => faults.filter(({ pointer }) => pointer === `/blocks/${index}/${key}`);
  const liquid = { variables: variables.values };
  return (
    <li className={classes.block} data-faulty={faults.length > 0 || undefined} aria-label={name}>
      <div className={classes.blockHead}>
        <strong>{t(`template.block.${block.type}`)}</strong>
        <ActionIcon
          variant="subtle"
          disabled={index === 0}
          aria-label={t("template.up", { block: name })}
          onClick={() => change((before) => withMovedBlock(before, index, -1))}
        >
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          disabled={last}
          aria-label={t("template.down", { block: name })}
          onClick={() => change((before) => withMovedBlock(before, index, 1))}
        >
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={t("template.removeBlock", { block: name })}
          onClick={() => change((before) => withoutBlock(before, index))}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      {"text" in block && (
        <LiquidField
          {...liquid}
          label={t("message.text")}
          value={block.text}
          change={(text) => put({ ...block, text })}
          faults={field("text")}
          minRows={block.type === "text" ? 3 : 1}
        />
      )}
      {block.type === "button" && (
        <>
          <LiquidField
            {...liquid}
            label={t("template.label")}
            value={block.label}
            change={(label) => put({ ...block, label })}
            faults={field("label")}
          />
          <LiquidField
            {...liquid}
            label={t("template.url")}
            value={block.url}
            change={(url) => put({ ...block, url })}
            faults={field("url")}
          />
        </>
      )}
      {block.type === "rows" && <RowsFields {...{ block, put, variables, field }} />}
      {block.type === "total" && (
        <>
          <LiquidField
            {...liquid}
            label={t("template.left")}
            value={block.left}
            change={(left) => put({ ...block, left })}
            faults={field("left")}
          />
          <LiquidField
            {...liquid}
            label={t("template.right")}
            value={block.right}
            change={(right) => put({ ...block, right })}
            faults={field("right")}
          />
        </>
      )}
    </li>
  );
}

type RowsFieldsProps = {
  block: Extract<Block, { type: "rows" }>;
  put: (block: Block) => void;
  variables: Variables;
  field: (key: string) => Fault[];
};

function RowsFields({ block, put, variables: { values, lists }, field }: RowsFieldsProps) {
  const { t } = useTranslation();
  const list = lists.find(({ path }) => path === block.each);
  const variables = [...(list?.row ?? []), ...values];
  const { right, ...withoutRight } = block;
  return (
    <>
      <Select
        label={t("template.list")}
        description={list?.about}
        data={[...new Set([...lists.map(({ path }) => path), block.each])]}
        value={block.each}
        error={field("each")[0]?.message}
        onChange={(each) => each && put({ ...block, each })}
        allowDeselect={false}
      />
      <LiquidField
        label={t("template.left")}
        value={block.left}
        change={(left) => put({ ...block, left })}
        variables={variables}
        faults={field("left")}
      />
      {right === undefined ? (
        <div>
          <Button size="compact-sm" variant="default" onClick={() => put({ ...block, right: "{{ row.amount }}" })}>
            {t("template.addRight")}
          </Button>
        </div>
      ) : (
        <>
          <LiquidField
            label={t("template.right")}
            value={right}
            change={(next) => put({ ...block, right: next })}
            variables={variables}
            faults={field("right")}
          />
          <div>
            <Button size="compact-sm" variant="default" onClick={() => put(withoutRight)}>
              {t("template.removeRight")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

function AddBlock({ change, variables }: Pick<TemplateFieldsProps, "change"> & { variables: Variables }) {
  const { t } = useTranslation();
  const lists = variables.lists.map(({ path }) => path);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden="true" />}
          style={{ justifySelf: "start" }}
        >
          {t("template.addBlock")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {blockTypes.map((type) => (
          <Menu.Item
            key={type}
            onClick={() =>
              change((before) => ({ ...before, blocks: [...(before.blocks ?? []), newBlock(type, lists)] }))
            }
          >
            {t(`template.block.${type}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
