using System.Security.Cryptography;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Decides which back end the next instance of a module gets, and translates in the background.</summary>
internal sealed class ModuleCompiler(Module module) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly EngineOptions _options = module.Engine.Options;
    private AssemblyCode? _assembly;
    private LazyCode? _lazy;
    private bool _isTranslating;
    private bool _isDisposed;

    /// <summary>Whether a background translation failed; then the lazy back end goes on serving.</summary>
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
                if (FromStore() is { } cached)
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
        lock (_gate)
        {
            if (_assembly is null && FromStore() is null)
            {
                var image = ModuleTranslator.Translate(module.Declaration, module.Layout, _options.ModuleLimits, _options.SplitThreshold);
                _options.CodeStore?.Write(Key(), image);
                Load(image);
            }
            return _assembly!;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _assembly?.Unload();
        }
    }

    private LazyCode Lazy()
    {
        lock (_gate)
        {
            return _lazy ??= new LazyCode(module.Declaration, module.Layout, _options.SplitThreshold);
        }
    }

    private AssemblyCode? FromStore()
    {
        lock (_gate)
        {
            if (_assembly is null && _options.CodeStore?.Read(Key()) is { } image)
            {
                Load(image);
            }
            return _assembly;
        }
    }

    private void Load(byte[] image)
    {
        _assembly = new AssemblyCode(module.Declaration, image, _options.Lifetime == CodeLifetime.Collectible);
        module.Engine.CountLoaded();
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
            var image = ModuleTranslator.Translate(module.Declaration, module.Layout, _options.ModuleLimits, _options.SplitThreshold);
            _options.CodeStore?.Write(Key(), image);
            lock (_gate)
            {
                if (!_isDisposed && _assembly is null)
                {
                    Load(image);
                }
            }
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    // Everything that the translation depends on: the module, this build of the engine, the runtime, the machine, the options.
    private string Key()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(module.Declaration.Bytes.Span, hash);
        return $"{Convert.ToHexStringLower(hash)}-{typeof(Engine).Assembly.ManifestModule.ModuleVersionId:N}-{Environment.Version}-" +
            $"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}-{_options.SplitThreshold}";
    }
}
