using Tapedeck.Components.Binary;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Wasm;
using CoreFuncType = Tapedeck.Wasm.FuncType;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Validation;

/// <summary>Validates canonical definitions.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#canonical-definitions"/></remarks>
internal sealed class Canons(ValidationContext context)
{
    private static readonly CoreFuncType ResourceNewOrRep = new([ValType.I32], [ValType.I32]);

    internal void Define(Canon canon, Scope scope)
    {
        switch (canon)
        {
            case CanonLift lift:
                Lift(lift, scope);
                break;
            case CanonLower lower:
                Lower(lower, scope);
                break;
            case CanonResource resource:
                Resource(resource, scope);
                break;
            case CanonRefused refused:
                throw context.Unsupported(refused.Feature, $"the built-in `{refused.Name}`");
        }
    }

    private void Lift(CanonLift lift, Scope scope)
    {
        var callee = context.At(scope.CoreFuncs, lift.CoreFunc, "core function");
        var type = scope.TypeAt<FuncType>(lift.TypeIndex, "a function type");
        CheckOptions(lift.Options, scope);
        context.Charge(type.Nodes);
        var core = CoreSignature.Flatten(type, lift: true);
        if (!core.Parameters.SequenceEqual(callee.Parameters))
        {
            throw context.Invalid($"lowered parameter types {Text(core.Parameters)} do not match parameter types {Text(callee.Parameters)}");
        }
        if (!core.Results.SequenceEqual(callee.Results))
        {
            throw context.Invalid($"lowered result types {Text(core.Results)} do not match result types {Text(callee.Results)}");
        }
        if (lift.Options.PostReturn is { } index && !context.At(scope.CoreFuncs, index, "core function").Equals(new CoreFuncType(core.Results, [])))
        {
            throw context.Invalid("canonical option `post-return` uses a core function with an incorrect signature");
        }
        var parameters = type.Parameters.Select(static parameter => parameter.Type).ToArray();
        var result = Result(type);
        Require(
            lift.Options,
            memory: HasPointer(result) || CoreSignature.Spills(result, CoreSignature.MaxFlatResults),
            realloc: HasPointer(parameters) || CoreSignature.Spills(parameters, CoreSignature.MaxFlatParams));
        lift.Type = type;
        scope.Funcs.Add(type);
    }

    private void Lower(CanonLower lower, Scope scope)
    {
        var type = context.At(scope.Funcs, lower.Func, "function");
        CheckOptions(lower.Options, scope);
        if (lower.Options.PostReturn is not null)
        {
            throw context.Invalid("canonical option `post-return` cannot be specified for lowerings");
        }
        context.Charge(type.Nodes);
        var parameters = type.Parameters.Select(static parameter => parameter.Type).ToArray();
        var result = Result(type);
        Require(
            lower.Options,
            memory: HasPointer(parameters)
                || CoreSignature.Spills(parameters, CoreSignature.MaxFlatParams)
                || CoreSignature.Spills(result, CoreSignature.MaxFlatResults),
            realloc: HasPointer(result));
        lower.Type = type;
        lower.CoreType = CoreSignature.Flatten(type, lift: false);
        scope.CoreFuncs.Add(lower.CoreType);
    }

    private void Resource(CanonResource canon, Scope scope)
    {
        var resource = scope.TypeAt<ResourceType>(canon.TypeIndex, "a resource type");
        if (canon.Operation != ResourceOperation.Drop && !scope.LocalResources.Contains(resource.Identity))
        {
            throw context.Invalid($"type index {canon.TypeIndex} is not a local resource");
        }
        canon.Resource = resource;
        scope.CoreFuncs.Add(canon.Operation == ResourceOperation.Drop ? CoreSignature.Destructor : ResourceNewOrRep);
    }

    /// <summary>The rules that hold for the options of every definition.</summary>
    private void CheckOptions(CanonOptions options, Scope scope)
    {
        if (options.Async || options.Callback is not null)
        {
            throw context.Unsupported(Feature.Async, $"the canonical option `{(options.Async ? "async" : "callback")}`");
        }
        if (options.Memory is { } memory)
        {
            context.At(scope.CoreMemories, memory, "memory");
        }
        if (options.Realloc is { } realloc && !context.At(scope.CoreFuncs, realloc, "core function").Equals(CoreSignature.Realloc))
        {
            throw context.Invalid("canonical option `realloc` uses a core function with an incorrect signature");
        }
        if (options is { Realloc: not null, Memory: null })
        {
            throw context.Invalid("canonical option `realloc` requires `memory` to also be specified");
        }
    }

    private void Require(CanonOptions options, bool memory, bool realloc)
    {
        if ((memory || realloc) && options.Memory is null)
        {
            throw context.Invalid("canonical option `memory` is required");
        }
        if (realloc && options.Realloc is null)
        {
            throw context.Invalid("canonical option `realloc` is required");
        }
    }

    private static WitType[] Result(FuncType type) => type.Result is null ? [] : [type.Result];

    private static bool HasPointer(WitType[] types) => types.Any(static type => type.Has(TypeContents.Pointer));

    private static string Text(IReadOnlyList<ValType> types) => $"`[{string.Join(' ', types)}]`".ToLowerInvariant();
}
