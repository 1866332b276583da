// The shapes that the page's modules hand to one another; for the type checker only.

import type {
  Drum,
  Project as WireProject,
  RowFeelFields,
  SectionFields,
  TakeFields,
} from "./schema.js";

export type { Drum };

/** `velocity` 0..1; `microtiming` -1..1, positive = late, 1 = half a sixteenth. */
export interface Hit {
  step: number;
  drum: Drum;
  velocity: number;
  microtiming: number;
  edited?: boolean;
  /** A flam has a grace note before the hit, a drag two. */
  ornament?: "none" | "flam" | "drag";
}

/** `swing` is 0.5 (straight) to 0.75; what the model plays has none yet. */
export interface Groove {
  tempo_bpm: number;
  swing?: number;
  hits: Hit[];
}

/** 32 characters, one a step. */
export type Marks = string;
/** One text for all drums, or a text a drum. */
export type Contour = Marks | Record<Drum, Marks>;

export type Take = TakeFields;
export type Section = SectionFields;
export type RowFeel = RowFeelFields;

/**
 * What undo, the project file, the link and the restored session cover: the wire's project, but for
 * two fields that the page changes cell by cell.
 */
export interface Project extends Omit<WireProject, "template" | "edits" | "checkpoint"> {
  /** A row a drum, in the drums' order. */
  template: Marks[];
  /** "drum:step" -> [velocity 0..127, ticks -60..59]. */
  edits: Record<string, [number, number]>;
  /** The name of the preset that the sketch is, if it is one. */
  preset: string | null;
}

/** The project, and what belongs to the room. */
export interface State extends Project {
  view: "studio" | "song" | "codebook" | "listening";
  layer: "template" | "notes" | "velocity" | "microtiming";
  compare: "previous" | null;
  volume: number;
  click: boolean;
  /** Timing is drawn three times its size. */
  timingZoom: boolean;
  /** Keys of hits of the groove, "drum:step". */
  selected: string[];
  laneDrum: Drum | null;
  side: "sketch" | "played";
  fold: boolean;
  together: boolean;
}

/** `merge`: changes with the same value are one step to undo; `remembers`: none at all. */
export interface How {
  merge?: unknown;
  remembers?: boolean;
}

export interface Store<S = State> {
  readonly state: Readonly<S>;
  setState(patch: Partial<S>, how?: How): void;
  subscribe(listener: (state: S, previous: S, how: How) => void): void;
}

export interface Preset {
  name: string;
  tempo_bpm: number;
  swing: number;
  seed: number;
  template: Record<Drum, Marks>;
}

export interface Soundfont {
  name: string;
  kits: { program: number; name: string }[];
  genre_kits: Record<string, number>;
}

export type Range = [number, number];

/** What the server says before it is asked anything. */
export interface Boot {
  drums: Drum[];
  drum_titles: string[];
  genres: string[];
  genre_titles: Record<string, string>;
  presets: Record<string, Preset[]>;
  soundfonts: Soundfont[];
  soundfont: string | null;
  sound_notice: string | null;
  notices: string[];
  /** Where others in the network open the studio, if it was started for them. */
  lan_url: string | null;
  checkpoint: string;
  checkpoint_digest: string;
  favourites: unknown;
  layers: string[];
  leads: string[];
  note_maps: Record<string, Record<Drum, number>>;
  /** What each field of a project means, by the schema. */
  fields: Record<
    string,
    {
      called: string;
      effects: string[];
      low?: number;
      high?: number;
      slider?: { place: string; hint: string; step: number | null };
    }
  >;
  /** What a page begins with that has no session. */
  project: WireProject & { format: string; version: number };
  limits: Record<"seed" | "repeats" | keyof RowFeel, Range> &
    Record<"sections" | "name_length" | "midi_bytes" | "project_bytes", number>;
}

/** A kit's single hits (`pocket_studio/sound/sampling.py`). */
export interface KitAnswer {
  base: string;
  velocities: number[];
  voices: Record<string, Voice>;
}

export interface Voice {
  pitch: number;
  /** The one velocity that it is hit with, or null. */
  velocity: number | null;
  levels: number[];
  sounds: number[];
  fades: Record<string, number>;
}

/** What plays: a groove that loops or a song's sections, on which kit and how it is mixed. */
export interface Source {
  key: string;
  groove?: Groove;
  sections?: { groove: Groove; repeats: number }[];
  soundfont: string | null;
  kit: number;
  /** 1 where they say nothing. */
  levels?: Partial<Record<Drum, number>>;
  click?: boolean;
  /** Of all of it, 1 if left out. */
  gain?: number;
}

/** A server function; its answer is `{error: line}` where it refuses. */
export type Call = (request: any, signal?: AbortSignal) => Promise<any>;
export type Server = Record<string, Call>;

/** What the model answered, and for whom: `take` in the place and with the seed of `slot`. */
export interface Performance {
  groove: Groove;
  codes: number[];
  details: number[];
  got: Record<string, Contour>;
  followed: Record<string, any>;
  seed: number;
  take?: Take;
  slot?: string;
}

/** What is seen and heard; tests and benchmarks look at it. */
export interface Instance {
  store: Store;
  root: HTMLElement;
  boot: Boot;
  groove: Groove | null;
  codes: number[] | null;
  performance: Performance | null;
  previous: Performance | null;
  version: number;
  transport?: Transport;
  channel?: Channel;
  history?: History;
  listening?: any;
  app?: App;
}

/** A part of the page answers to these. */
export interface Hooks {
  /** The state has changed; `previous` is null at first. */
  update?(state: State, previous: State | null): void;
  /** What is seen and heard has changed. */
  show?(instance: Instance): void;
  /** Sound has begun, ended or been replaced. */
  sound?(): void;
  /** Another tab is open. */
  open?(view: State["view"]): void;
}

/** An element of the page by its `data-ps`; only editor.html knows which kind it is. */
export type Part = (name: string) => any;
export type Say = ReturnType<typeof import("./core/messages.js").createStatus>;
export type Condition = ReturnType<typeof import("./core/messages.js").createConditions>;

export type Channel = ReturnType<typeof import("./core/server.js").createChannel>;
export type History = ReturnType<typeof import("./core/history.js").createHistory>;
export type Transport = ReturnType<typeof import("./sound/transport.js").createTransport>;
export type Player = ReturnType<typeof import("./core/player.js").createPlayer>;
export type Kits = ReturnType<typeof import("./sound/kits.js").createKits>;
export type Shortcuts = ReturnType<typeof import("./core/shortcuts.js").createShortcuts>;

/** Everything that a part of the page may need. */
export interface App {
  redraw: () => void;
  part: Part;
  root: HTMLElement;
  boot: Boot;
  server: Server;
  store: Store;
  say: Say;
  sayNothing(): void;
  fail(line: string): void;
  /** Something unusual stands as long as it holds; a null line ends it. */
  condition: Condition;
  instance: Instance;
  hooks: Hooks[];
  transport: Transport;
  kits: Kits;
  player: Player;
  shortcuts: Shortcuts;
  /** Hear one hit of a drum. */
  audition(drum: Drum): void;
  /** Fetch the sound of a drum, so that its first `audition` does not wait. */
  prepareAudition(drum: Drum): Promise<{ buffer: AudioBuffer; gain: number } | null>;
  /** What Play does in views with a sound of their own. */
  playIn?: Record<string, () => void>;
  history?: History;
  /** Where this tab's session is kept. */
  tab?: ReturnType<typeof import("./files/sessions.js").openTab>;
  openProject?(file: File): Promise<void>;
  saveSong?(button: HTMLButtonElement, kind: string, sections: Section[]): void;
}

declare global {
  interface Window {
    PocketStudio?: { instance: Instance };
  }
}
