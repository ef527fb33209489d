using Tapedeck.Wasm.Caching;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Decides which back end the next instance of a module gets, and translates in the background.</summary>
internal sealed class ModuleCompiler(Module module) : IDisposable
{
    // No lock is held that a new instance waits for while a translation is made: _gate guards the fields, _lookUp the one reading of the cache.
    private readonly Lock _gate = new();
    private readonly Lock _lookUp = new();
    private readonly Lock _translation = new();
    private readonly EngineOptions _options = module.Engine.Options;
    private readonly CodeCache? _cache = module.Engine.CodeCache;
    private readonly CancellationTokenSource _disposal = new();
    private volatile AssemblyCode? _assembly;
    private LazyCode? _lazy;
    private string? _key;
    private bool _wasLookedUp;
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
                if (Cached() is { } cached)
                {
                    return cached;
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
            if (Cached() is { } cached)
            {
                return cached;
            }
            var image = _options.Translator is { } elsewhere ? elsewhere(module) : ModuleTranslator.Translate(module, _disposal.Token);
            var code = Load(image);
            _cache?.Write(Key, image);
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

    private string Key => _key ??= CodeCache.KeyOf(module.Declaration.Bytes.Span, _options);

    private LazyCode Lazy()
    {
        lock (_gate)
        {
            return _lazy ??= new LazyCode(module.Declaration, module.Layout, _options);
        }
    }

    // The cache is asked once: what is not there then, this process makes itself. Who comes meanwhile waits for the answer, since compiling costs more.
    private AssemblyCode? Cached()
    {
        lock (_lookUp)
        {
            if (_assembly is null && !_wasLookedUp && _cache is not null)
            {
                _wasLookedUp = true;
                if (_cache.TryRead(Key, out var image))
                {
                    return Load(image);
                }
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
        var thread = new Thread(TranslateInBackground, 16 << 20) { IsBackground = true, Name = "wasm translation", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    private void TranslateInBackground()
    {
        try
        {
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
}
