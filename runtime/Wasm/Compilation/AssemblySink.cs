using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Writes the methods of a module into an assembly: one static class, the functions in their order, the regions behind them.</summary>
internal sealed class AssemblySink : ModuleSink
{
    internal const string TypeName = "Code";
    private const int MethodTable = 0x0600_0000;

    private readonly ModuleDeclaration _module;
    private readonly int _ownFunctions;
    private readonly MetadataBuilder _metadata = new();
    private readonly BlobBuilder _il = new(1 << 16);
    private readonly Dictionary<MethodInfo, int> _methods = [];
    private readonly Dictionary<Type, TypeReferenceHandle> _types = [];
    private readonly Dictionary<Assembly, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<FuncType, BlobHandle> _signatures = [];
    private readonly Dictionary<FuncType, int> _callSignatures = [];
    private readonly List<int> _offsets;
    private readonly BlobHandle _regionSignature;

    internal AssemblySink(ModuleDeclaration module, string name)
    {
        _module = module;
        _ownFunctions = module.Code.Length;
        _offsets = [.. Enumerable.Repeat(-1, _ownFunctions)];
        _metadata.AddModule(0, _metadata.GetOrAddString(name), _metadata.GetOrAddGuid(default), default, default);
        var assembly = _metadata.AddAssembly(_metadata.GetOrAddString(name), new Version(1, 0), default, default, default, default);
        AddAccess(assembly);
        _regionSignature = Signature([typeof(nint), typeof(nint)], typeof(int));
        RegionToken = MetadataTokens.GetToken(_metadata.AddStandaloneSignature(_regionSignature));
    }

    internal override bool CallsByToken => true;

    /// <summary>The signature of a region for <c>calli</c>.</summary>
    internal int RegionToken { get; }

    /// <summary>Bytes of IL written so far.</summary>
    internal int Length => _il.Count;

    internal override MethodSink NewFunction(int function) => new Sink(this, function - _module.ImportedFunctions);

    internal override (MethodSink Sink, int Index) NewRegion()
    {
        _offsets.Add(-1);
        return (new Sink(this, _offsets.Count - 1), _module.ImportedFunctions + _offsets.Count - 1);
    }

    internal override int CodeToken(int index) => MethodTable | (index - _module.ImportedFunctions + 1);

    internal byte[] Build()
    {
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        _metadata.AddTypeDefinition(
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
            default, _metadata.GetOrAddString(TypeName), Reference(typeof(object)),
            MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        for (var row = 0; row < _offsets.Count; row++)
        {
            var isRegion = row >= _ownFunctions;
            var name = isRegion ? $"r{row - _ownFunctions}" : $"f{_module.ImportedFunctions + row}";
            _metadata.AddMethodDefinition(
                MethodAttributes.Public | MethodAttributes.Static | MethodAttributes.HideBySig, MethodImplAttributes.IL,
                _metadata.GetOrAddString(name),
                isRegion ? _regionSignature : Signature(_module.TypeOf(_module.ImportedFunctions + row)),
                _offsets[row], MetadataTokens.ParameterHandle(1));
        }
        var pe = new ManagedPEBuilder(
            new PEHeaderBuilder(imageCharacteristics: Characteristics.Dll | Characteristics.ExecutableImage),
            new MetadataRootBuilder(_metadata), _il,
            deterministicIdProvider: static _ => new BlobContentId(default, 0x04030201));
        var image = new BlobBuilder();
        pe.Serialize(image);
        return image.ToArray();
    }

    // Compiled code calls internal methods of the engine; the runtime knows this attribute by its name.
    private void AddAccess(AssemblyDefinitionHandle assembly)
    {
        var constructor = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: true)
            .Parameters(1, static result => result.Void(), static parameters => parameters.AddParameter().Type().String());
        var member = _metadata.AddMemberReference(
            Reference(constructor.DeclaringType!), _metadata.GetOrAddString(".ctor"), _metadata.GetOrAddBlob(signature));
        var value = new BlobBuilder();
        new BlobEncoder(value).CustomAttributeSignature(
            static arguments => arguments.AddArgument().Scalar().Constant(typeof(Engine).Assembly.GetName().Name!), static _ => { });
        _metadata.AddCustomAttribute(assembly, member, _metadata.GetOrAddBlob(value));
    }

    private int Token(MethodInfo method)
    {
        if (!_methods.TryGetValue(method, out var token))
        {
            var signature = Signature([.. method.GetParameters().Select(static parameter => parameter.ParameterType)], method.ReturnType);
            var handle = _metadata.AddMemberReference(Reference(method.DeclaringType!), _metadata.GetOrAddString(method.Name), signature);
            _methods.Add(method, token = MetadataTokens.GetToken(handle));
        }
        return token;
    }

    private int CallSignature(FuncType type)
    {
        if (!_callSignatures.TryGetValue(type, out var token))
        {
            token = MetadataTokens.GetToken(_metadata.AddStandaloneSignature(Signature(type)));
            _callSignatures.Add(type, token);
        }
        return token;
    }

    private BlobHandle Signature(FuncType type)
    {
        if (!_signatures.TryGetValue(type, out var handle))
        {
            var (parameters, result) = ClrSignature.Of(type);
            _signatures.Add(type, handle = Signature(parameters, result));
        }
        return handle;
    }

    private BlobHandle Signature(Type[] parameters, Type result)
    {
        var blob = new BlobBuilder();
        new BlobEncoder(blob).MethodSignature().Parameters(parameters.Length, out var resultEncoder, out var parametersEncoder);
        if (result == typeof(void))
        {
            resultEncoder.Void();
        }
        else
        {
            Encode(resultEncoder.Type(), result);
        }
        foreach (var parameter in parameters)
        {
            Encode(parametersEncoder.AddParameter().Type(), parameter);
        }
        return _metadata.GetOrAddBlob(blob);
    }

    private int LocalSignature(IReadOnlyList<IlType> locals)
    {
        if (locals.Count == 0)
        {
            return 0;
        }
        var blob = new BlobBuilder();
        var encoder = new BlobEncoder(blob).LocalVariableSignature(locals.Count);
        foreach (var local in locals)
        {
            Encode(encoder.AddVariable().Type(), ClrSignature.Of(local));
        }
        return MetadataTokens.GetToken(_metadata.AddStandaloneSignature(_metadata.GetOrAddBlob(blob)));
    }

    private void Encode(SignatureTypeEncoder encoder, Type type)
    {
        if (type == typeof(Vector128<byte>))
        {
            encoder.GenericInstantiation(Reference(typeof(Vector128<>)), 1, isValueType: true).AddArgument().Byte();
        }
        else if (type == typeof(nint))
        {
            encoder.IntPtr();
        }
        else if (!type.IsEnum && Type.GetTypeCode(type) is not TypeCode.Object and var code)
        {
            encoder.PrimitiveType(Enum.Parse<PrimitiveTypeCode>(code.ToString()));
        }
        else
        {
            encoder.Type(Reference(type), type.IsValueType);
        }
    }

    private TypeReferenceHandle Reference(Type type)
    {
        if (!_types.TryGetValue(type, out var handle))
        {
            handle = _metadata.AddTypeReference(Reference(type.Assembly), _metadata.GetOrAddString(type.Namespace!), _metadata.GetOrAddString(type.Name));
            _types.Add(type, handle);
        }
        return handle;
    }

    private AssemblyReferenceHandle Reference(Assembly assembly)
    {
        if (!_assemblies.TryGetValue(assembly, out var handle))
        {
            var name = assembly.GetName();
            var key = name.GetPublicKeyToken() is { Length: > 0 } token ? _metadata.GetOrAddBlob(token) : default;
            handle = _metadata.AddAssemblyReference(_metadata.GetOrAddString(name.Name!), name.Version!, default, key, default, default);
            _assemblies.Add(assembly, handle);
        }
        return handle;
    }

    /// <summary>The IL of one method, <see href="https://www.ecma-international.org/publications-and-standards/standards/ecma-335/">ECMA-335</see> II.25.4.</summary>
    private sealed class Sink(AssemblySink assembly, int row) : MethodSink
    {
        // A fat header of three words, no sections, locals not zeroed: the code sets them.
        private const ushort FatHeader = 0x3003;

        internal override int RegionSignature => assembly.RegionToken;

        internal override int Token(MethodInfo method) => assembly.Token(method);

        internal override int CallSignature(FuncType type) => assembly.CallSignature(type);

        internal override void Finish(ReadOnlySpan<byte> prologue, ReadOnlySpan<byte> body, IReadOnlyList<IlType> locals, int maxStack)
        {
            var il = assembly._il;
            il.Align(4);
            assembly._offsets[row] = il.Count;
            il.WriteUInt16(FatHeader);
            il.WriteUInt16((ushort)Math.Min(ushort.MaxValue, maxStack));
            il.WriteInt32(prologue.Length + body.Length);
            il.WriteInt32(assembly.LocalSignature(locals));
            Write(il, prologue);
            Write(il, body);
        }

        private static unsafe void Write(BlobBuilder il, ReadOnlySpan<byte> bytes)
        {
            if (!bytes.IsEmpty)
            {
                fixed (byte* start = bytes)
                {
                    il.WriteBytes(start, bytes.Length);
                }
            }
        }
    }
}
