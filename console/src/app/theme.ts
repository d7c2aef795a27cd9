import { createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef0fb",
  "#dadff5",
  "#b5bfea",
  "#8f9de0",
  "#7183d7",
  "#5c70d2",
  "#4a5fcb",
  "#3a4db4",
  "#3346a5",
  "#263789",
];

const gray: MantineColorsTuple = [
  "#f7f8fa",
  "#f0f2f5",
  "#e4e7ec",
  "#d5d9e1",
  "#bcc2cd",
  "#98a0af",
  "#727b8c",
  "#545d6e",
  "#363d4a",
  "#1b202a",
];

const dark: MantineColorsTuple = [
  "#dce0e8",
  "#b6bcc9",
  "#8f97a7",
  "#6a7283",
  "#3b4251",
  "#2d3340",
  "#21262f",
  "#181c23",
  "#12151b",
  "#0c0e12",
];

/** The filled shades (6, 7) carry white text with a contrast above 5:1; the library's own red has 3.8:1. */
const red: MantineColorsTuple = [
  "#fdecea",
  "#fad9d6",
  "#f4b3ad",
  "#ee8d85",
  "#e06b64",
  "#d14f49",
  "#c2403d",
  "#b8312f",
  "#9c2726",
  "#7d1f1f",
];

const systemFont =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif, "Apple Color Emoji", "Segoe UI Emoji"';

/** Dense by default: 13 px text and 32 px controls on a desktop; phone screens ask for larger controls themselves. */
export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, gray, dark, red },
  fontFamily: systemFont,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.45", lg: "1.5", xl: "1.5" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.25rem", xl: "1.75rem" },
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  defaultRadius: "sm",
  headings: {
    fontFamily: systemFont,
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.3" },
      h2: { fontSize: "0.9375rem", lineHeight: "1.35" },
      h3: { fontSize: "0.8125rem", lineHeight: "1.4" },
    },
  },
  shadows: {
    xs: "0 1px 2px rgb(16 24 40 / 6%)",
    sm: "0 1px 3px rgb(16 24 40 / 8%), 0 1px 2px rgb(16 24 40 / 4%)",
    md: "0 6px 16px -4px rgb(16 24 40 / 14%), 0 2px 6px -2px rgb(16 24 40 / 8%)",
    lg: "0 14px 32px -8px rgb(16 24 40 / 20%)",
    xl: "0 24px 56px -12px rgb(16 24 40 / 28%)",
  },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  // By name rather than by `extend`, which would load every component with the first page.
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    TextInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Paper: { defaultProps: { withBorder: true, radius: "md" } },
    Modal: { defaultProps: { centered: true, radius: "lg", overlayProps: { backgroundOpacity: 0.35 } } },
    Drawer: { defaultProps: { position: "right", overlayProps: { backgroundOpacity: 0.35 } } },
    Menu: { defaultProps: { shadow: "md", radius: "md" } },
    Tabs: { defaultProps: { keepMounted: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});
