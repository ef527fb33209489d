namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#code-section"/>. The instructions are left to the validator.</summary>
internal static class CodeSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var start = reader.Position;
        module.Code = reader.ReadVector(module.Limits.Functions, "functions", (ref r) => ReadBody(ref r, module.Limits));
        CheckCount(reader, module, start);
    }

    /// <summary>Refuses if there is not one body for each function; no section counts as an empty one.</summary>
    internal static void CheckCount(WasmReader reader, ModuleDraft module, int offset)
    {
        if (module.Code.Length != module.FunctionTypes.Count - module.ImportedFunctions)
        {
            throw reader.Malformed("function and code section have inconsistent lengths", offset);
        }
    }

    private static FunctionBody ReadBody(ref WasmReader reader, ModuleLimits limits)
    {
        var start = reader.Position;
        var length = reader.ReadLength();
        if (length > limits.BodyBytes)
        {
            throw reader.TooLarge($"a function body of {length} bytes is longer than the limit of {limits.BodyBytes}", start);
        }
        var body = reader.Slice(length);
        var locals = ReadLocals(ref body, limits);
        return new FunctionBody(locals, body.Position, reader.Position);
    }

    private static LocalRun[] ReadLocals(ref WasmReader reader, ModuleLimits limits)
    {
        var start = reader.Position;
        var runs = reader.ReadVector(int.MaxValue, "runs of locals", ReadRun);
        var count = 0L;
        foreach (var run in runs)
        {
            count += (uint)run.Count;
        }
        return count switch
        {
            > uint.MaxValue => throw reader.Malformed("too many locals", start),
            _ when count > limits.Locals => throw reader.TooLarge($"{count} locals are more than the limit of {limits.Locals}", start),
            _ => runs,
        };
    }

    // The count is unsigned; runs that survive ReadLocals are small enough for the sign not to matter.
    private static LocalRun ReadRun(ref WasmReader reader) => new((int)reader.ReadU32(), TypeReader.ReadValType(ref reader));
}
