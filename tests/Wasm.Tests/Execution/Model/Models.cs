using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Says from the bits of the operands, then the immediates, what the specification asks for.</summary>
internal delegate Expected Model(UInt128[] operands);

/// <summary>The reference for every instruction under test: loops over lanes, and no vectors.</summary>
internal static class Models
{
    internal static readonly Dictionary<Opcode, Model> All = Build();

    internal static bool IsVector(Opcode opcode) => (int)opcode >> 8 == 0xFD;

    private static Dictionary<Opcode, Model> Build()
    {
        var models = new Dictionary<Opcode, Model>();
        void Add(string name, Model model) => models.Add(Enum.Parse<Opcode>(name), model);
        IntegerModels.Add(Add);
        LaneModels.Add(Add);
        WideningModels.Add(Add);
        FloatModels.Add(Add);
        ConversionModels.Add(Add);
        return models;
    }
}
