using Tapedeck.Wasm.Caching;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Decides which back end the next instance of a module gets, and translates in the background.</summary>
internal sealed class ModuleCompiler(Module module, KeptCode kept) : IDisposable
{
    // How long the lazy back end has nothing to compile before the background takes the processor, and how long it may keep it waiting.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    // No lock is held that a new instance waits for while a translation is made: _gate guards the fields, _loading the one loading of what was kept.
    private readonly Lock _gate = new();
    private readonly Lock _loading = new();
    private readonly Lock _translation = new();
    private readonly EngineOptions _options = module.Engine.Options;
    private readonly CancellationTokenSource _disposal = new();
    private volatile AssemblyCode? _assembly;
    private LazyCode? _lazy;
    private ReadOnlyMemory<byte>? _kept = kept.Translation;
    private bool _isTranslating;
    private volatile bool _isDisposed;

    /// <summary>Why there is no translation though one was begun in the background; then the lazy back end goes on serving.</summary>
    internal Exception? Failure { get; private set; }

    internal bool IsDisposed => _isDisposed;

    internal ModuleCode CodeForInstance()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, module);
        if (_assembly is { } ready)
        {
            return ready;
        }
        switch (_options.BackEnd)
        {
            case BackEnd.Lazy:
                return Lazy();
            case BackEnd.Assembly:
                return Translate();
            default:
                if (Kept() is { } loaded)
                {
                    return loaded;
                }
                StartTranslating();
                return Lazy();
        }
    }

    /// <summary>Translates, or loads the translation, now.</summary>
    internal AssemblyCode Translate()
    {
        lock (_translation)
        {
            if (_assembly is { } ready)
            {
                return ready;
            }
            if (Kept() is { } loaded)
            {
                return loaded;
            }
            var image = _options.Translator is { } elsewhere ? elsewhere(module) : ModuleTranslator.Translate(module, _disposal.Token);
            var code = Load(image);
            if (kept.Key is { } key)
            {
                module.Engine.CodeCache!.Write(key, image);
            }
            return code;
        }
    }

    /// <summary>The cancellation token source stays: a translation that is under way looks at it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
            _assembly?.Unload();
            if (_assembly is { } code && _options.Lifetime == CodeLifetime.Tiered)
            {
                module.Engine.CountRetired(code.Bytes);
            }
        }
        _disposal.Cancel();
    }

    private LazyCode Lazy()
    {
        module.ValidateCode();
        lock (_gate)
        {
            return _lazy ??= new LazyCode(module.Declaration, module.Layout, _options);
        }
    }

    // The cache was asked once, when the module was compiled: what was not there then, this process makes itself. Who comes while it is loaded waits, since
    // compiling costs more.
    private AssemblyCode? Kept()
    {
        lock (_loading)
        {
            if (_kept is { } image)
            {
                _kept = null;
                return Load(image);
            }
            return _assembly;
        }
    }

    private AssemblyCode Load(ReadOnlyMemory<byte> image)
    {
        var code = new AssemblyCode(module.Declaration, image, _options.Lifetime == CodeLifetime.Collectible);
        lock (_gate)
        {
            if (_isDisposed)
            {
                code.Unload();
                throw new ObjectDisposedException(typeof(Module).FullName);
            }
            // What was compiled lazily goes with the last instance that uses it.
            _lazy = null;
            _assembly = code;
        }
        module.Engine.CountLoaded();
        return code;
    }

    private void StartTranslating()
    {
        lock (_gate)
        {
            if (_isTranslating)
            {
                return;
            }
            _isTranslating = true;
        }
        var lazy = Lazy();
        var thread = new Thread(() => TranslateInBackground(lazy), 16 << 20) { IsBackground = true, Name = "wasm translation", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    private void TranslateInBackground(LazyCode lazy)
    {
        try
        {
            WaitForQuiet(lazy);
            module.Engine.BackgroundTranslations.Wait(_disposal.Token);
            try
            {
                Translate();
            }
            finally
            {
                module.Engine.BackgroundTranslations.Release();
            }
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    // The first call compiles what it runs, and has the processors until it no longer does: a translation takes seconds of them, and is for later calls.
    private void WaitForQuiet(LazyCode lazy)
    {
        var begun = Environment.TickCount64;
        while (lazy.Quiet < Quiet && Environment.TickCount64 - begun < MostPatience.TotalMilliseconds)
        {
            _disposal.Token.WaitHandle.WaitOne(Quiet - lazy.Quiet is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            _disposal.Token.ThrowIfCancellationRequested();
        }
    }
}
