using System.Runtime.InteropServices;
using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Execution;

/// <summary>Builds the bytes that an instance's context starts from: signatures, constant globals, segments that are dropped from the start.</summary>
internal static class ContextImage
{
    internal static byte[] Build(Module module, SegmentPlan plan)
    {
        var layout = module.Layout;
        var declaration = module.Declaration;
        var image = new byte[layout.Size];
        MemoryMarshal.AsBytes(module.Signatures.AsSpan()).CopyTo(image.AsSpan(layout.Signatures));
        for (var global = 0; global < declaration.GlobalInits.Length; global++)
        {
            if (ConstantEvaluator.Fold(declaration, declaration.GlobalInits[global]) is { } value)
            {
                MemoryMarshal.Write(image.AsSpan(layout.Global(global + declaration.ImportedGlobals)), value);
            }
        }
        for (var segment = 0; segment < declaration.Elements.Length; segment++)
        {
            var isGone = declaration.Elements[segment].Mode == SegmentMode.Declarative || plan.ElementOffsets.ContainsKey(segment);
            image[layout.DroppedElements + segment] = isGone ? (byte)1 : (byte)0;
        }
        foreach (var segment in plan.DataOffsets.Keys)
        {
            image[layout.DroppedData + segment] = 1;
        }
        return image;
    }
}
