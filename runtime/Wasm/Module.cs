using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Caching;
using Tapedeck.Wasm.Compilation;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Validation;

namespace Tapedeck.Wasm;

/// <summary>A module that has been decoded and validated. It is immutable and may be used by any thread.</summary>
public sealed class Module : IDisposable
{
    private readonly ModuleCompiler _compiler;
    private readonly Lock _gate = new();
    private readonly HashSet<InstanceImage> _images = [];
    private readonly Lock _validation = new();
    private ModuleContext? _toValidate;

    /// <param name="toValidate">What the code is yet to be validated by; null where it has been.</param>
    internal Module(Engine engine, ModuleDeclaration declaration, KeptCode kept, ModuleContext? toValidate)
    {
        _toValidate = toValidate;
        Engine = engine;
        Declaration = declaration;
        Layout = new ContextLayout(declaration);
        Signatures = Execution.Signatures.Acquire(declaration.Types);
        ExportsByName = declaration.Exports.ToDictionary(static export => export.Name);
        _compiler = new ModuleCompiler(this, kept);
    }

    ~Module()
    {
        // Null if the constructor came to nothing.
        if (Signatures is not null)
        {
            Execution.Signatures.Release(Declaration.Types);
        }
    }

    public Engine Engine { get; }

    public IReadOnlyList<ImportType> Imports => Declaration.Imports;

    public IReadOnlyList<ExportType> Exports => Declaration.Exports;

    /// <summary>Whether each instance runs a start function.</summary>
    public bool HasStart => Declaration.Start is not null;

    internal ModuleDeclaration Declaration { get; }
    internal ContextLayout Layout { get; }

    /// <summary>The process's number of each type.</summary>
    internal int[] Signatures { get; }
    internal Dictionary<string, ExportType> ExportsByName { get; }

    /// <summary>The bytes of the first custom section of that name.</summary>
    public ReadOnlyMemory<byte>? CustomSection(string name)
    {
        foreach (var section in Declaration.CustomSections)
        {
            if (section.Name == name)
            {
                return Declaration.Bytes.Slice(section.Start, section.Length);
            }
        }
        return null;
    }

    /// <summary>Does once what every instance needs: the images of memories and tables.</summary>
    public Template Prepare()
    {
        ObjectDisposedException.ThrowIf(_compiler.IsDisposed, this);
        return new Template(this);
    }

    /// <summary>Why there is no translation though one was begun in the background; null if there is or may still be one. The module runs all the same, more slowly.</summary>
    public Exception? TranslationFailure => _compiler.Failure;

    /// <summary>
    /// The module's translation as bytes, for a process that translates for another: the engine there has an <see cref="EngineOptions.Translator"/> that hands
    /// them on. Both processes run the same build of the engine and of .NET, with the same options.
    /// </summary>
    /// <exception cref="InvalidModuleException">The translation is larger, or takes longer, than <see cref="EngineOptions.ModuleLimits"/> allow.</exception>
    public byte[] MakeTranslation(CancellationToken cancellationToken) => ModuleTranslator.Translate(this, cancellationToken);

    /// <summary>Translates the module now, if it is not translated yet, and keeps the translation in the engine's code store.</summary>
    public void Translate() => _compiler.Translate();

    /// <summary>Validates the code, if a verified translation made that needless so far. Whatever reads the code to compile it calls this before.</summary>
    /// <exception cref="InvalidModuleException">A rule is broken, or code is malformed.</exception>
    internal void ValidateCode()
    {
        lock (_validation)
        {
            if (_toValidate is { } context)
            {
                ModuleValidator.ValidateCode(context);
                _toValidate = null;
            }
        }
    }

    /// <summary>The code that a new instance gets.</summary>
    internal ModuleCode CodeForInstance() => _compiler.CodeForInstance();

    /// <summary>Gives up the module and its templates. Its instances stay whole; collectible code goes away with the last of them.</summary>
    public void Dispose()
    {
        _compiler.Dispose();
        InstanceImage[] images;
        lock (_gate)
        {
            images = [.. _images];
        }
        Array.ForEach(images, static image => image.Dispose());
    }

    /// <summary>Keeps an image until it, or the module, is disposed.</summary>
    internal void Own(InstanceImage image)
    {
        lock (_gate)
        {
            _images.Add(image);
        }
    }

    internal void Disown(InstanceImage image)
    {
        lock (_gate)
        {
            _images.Remove(image);
        }
    }
}
