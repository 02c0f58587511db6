import type { OnModuleDestroy } from '@nestjs/common';
import { fileOf, openModelLibrary } from '@lantern/models';
import { SileroVoiceDetector, type VoiceDetector } from '../long-audio/index.js';
import { MoonshineEngine, moonshineModel } from '../recognition/moonshine/moonshine.engine.js';
import type { SpeechEngine } from '../recognition/speech-engine.js';

/** Name of the voice activity detector in the catalogue; its file comes with an npm package. */
const voiceModel = 'silero-vad-v5';

/** The models that hear, loaded when they are first wanted and shared by all who want them. */
export abstract class SpeechModels {
  /** What hears a language, or undefined where nothing here does. @param language a BCP 47 tag such as `en-US` */
  abstract engineFor(language: string): Promise<SpeechEngine | undefined>;
  abstract voiceDetector(): Promise<VoiceDetector>;
}

export interface LibrarySpeechModelsConfig {
  /** `<data directory>/models` */
  readonly folder: string;
  /** Threads of each engine. */
  readonly threads: number;
}

/** Those of the model library. */
export class LibrarySpeechModels extends SpeechModels implements OnModuleDestroy {
  private english: Promise<SpeechEngine> | undefined;
  private detector: Promise<VoiceDetector> | undefined;

  constructor(private readonly config: LibrarySpeechModelsConfig) {
    super();
  }

  override async engineFor(language: string): Promise<SpeechEngine | undefined> {
    if (!/^en(-|$)/.test(language)) return undefined;
    this.english ??= this.openEnglish();
    // What could not be loaded is tried again by the next one who asks.
    this.english.catch(() => (this.english = undefined));
    return this.english;
  }

  override async voiceDetector(): Promise<VoiceDetector> {
    this.detector ??= this.openDetector();
    this.detector.catch(() => (this.detector = undefined));
    return this.detector;
  }

  async onModuleDestroy(): Promise<void> {
    // What could not be loaded has told whoever wanted it.
    const opened = [this.english, this.detector].map(async (model) => (await model?.catch(() => undefined))?.close());
    await Promise.all(opened);
  }

  private async openEnglish(): Promise<SpeechEngine> {
    const model = await openModelLibrary(this.config.folder).open(moonshineModel);
    return MoonshineEngine.open(model, { nWorkers: this.config.threads });
  }

  private async openDetector(): Promise<VoiceDetector> {
    const model = await openModelLibrary(this.config.folder).open(voiceModel);
    return SileroVoiceDetector.open(fileOf(model, 'model.onnx').path);
  }
}
