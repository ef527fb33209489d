namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#start-section"/>.</summary>
internal static class StartSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var start = reader.Position;
        var function = module.ReadFunction(ref reader);
        var type = module.TypeOf(function);
        if (type.Parameters.Count + type.Results.Count != 0)
        {
            throw reader.Invalid("start function must have no parameters and no results", start);
        }
        module.Start = function;
    }
}
