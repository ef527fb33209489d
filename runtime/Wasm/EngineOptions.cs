using Tapedeck.Wasm.Caching;

namespace Tapedeck.Wasm;

/// <summary>How long compiled code lives.</summary>
public enum CodeLifetime
{
    /// <summary>Code is tiered for the best steady speed and stays until the process ends.</summary>
    Tiered,

    /// <summary>Code is optimised at once and goes away with its module.</summary>
    Collectible,
}

/// <summary>Which back end compiles.</summary>
public enum BackEnd
{
    /// <summary>A cached translation where there is one; else the lazy back end, and a translation in the background for the next instances.</summary>
    Automatic,

    /// <summary>Every module is translated to an assembly before its first instance.</summary>
    Assembly,

    /// <summary>Each function is compiled when it is first called.</summary>
    Lazy,
}

/// <summary>The options of an engine.</summary>
public sealed record EngineOptions
{
    public CodeLifetime Lifetime { get; init; } = CodeLifetime.Tiered;
    public BackEnd BackEnd { get; init; } = BackEnd.Automatic;

    /// <summary>Where translations are kept; null keeps none. The engine opens no file itself.</summary>
    public ICodeStore? CodeStore { get; init; }

    /// <summary>
    /// The secret that translations in <see cref="CodeStore"/> are authenticated with, 32 bytes or more; a store without it is refused. Who knows it and can write to
    /// the store can run code in this process, so it is kept elsewhere than what it protects. A random one serves a store that lives no longer than the process.
    /// </summary>
    public ReadOnlyMemory<byte> CodeKey { get; init; }

    /// <summary>
    /// Makes a module's translation elsewhere, such as a child process with limits of its own that runs <see cref="Module.MakeTranslation"/>; null translates in
    /// this process. What it gives is code that runs with the rights of this process. It may throw, and is called by several threads for several modules.
    /// </summary>
    public Func<Module, byte[]>? Translator { get; init; }
    public ModuleLimits ModuleLimits { get; init; } = new();

    /// <summary>Threads that run guest code. Default 64.</summary>
    public int CallThreads { get; init; } = 64;

    /// <summary>
    /// Bytes that the memories and tables of all stores may have together, whatever each store may have for itself; beyond, a guest that grows gets -1, and one that
    /// starts is refused. Default: no limit. A host in a container leaves its own share out of it.
    /// </summary>
    public long MemoryBytes { get; init; } = long.MaxValue;

    /// <summary>Calls that may wait for a thread before <see cref="BusyException"/>. Default 1,024.</summary>
    public int CallQueue { get; init; } = 1024;

    /// <summary>
    /// Abandoned calls, whose host functions do not come to an end, before <see cref="BusyException"/>: each keeps a thread and its store's memory, and a host
    /// that collects them is better started anew. Default 32.
    /// </summary>
    public int AbandonedCalls { get; init; } = 32;

    /// <summary>Stack that guest code of one call may use, in bytes, 64 KiB to 256 MiB. Default 4 MiB.</summary>
    public int StackBytes { get; init; } = 4 << 20;

    /// <summary>Estimated blocks of IL beyond which a function is split. For tests; the default keeps RyuJIT within its limits.</summary>
    internal int SplitThreshold { get; init; } = 600;

    /// <summary>Bytes of a function that is inlined. For tests; the default adds little to the translation of a large module.</summary>
    internal int InlineThreshold { get; init; } = 48;
}
