using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm;

/// <summary>What the kernel and the runtime under the engine can do. Each is tried, since kernels that call themselves Linux differ. For the log and for <c>version</c>.</summary>
public sealed record HostCapabilities
{
    private static readonly Lazy<HostCapabilities> Probed = new(static () => Of(MemoryCapabilities.OfThisHost, CodeCapabilities.Probe()));

    private HostCapabilities()
    {
    }

    /// <summary>Of this process. Probed once, at the first use.</summary>
    public static HostCapabilities Current => Probed.Value;

    /// <summary>A memory gets every address that 32 bits and an offset can reach, so that a missed bounds check would fault.</summary>
    public bool GuardedReservation { get; private init; }

    /// <summary>Files without a name (memfd), which hold images.</summary>
    public bool MemoryFile { get; private init; }

    /// <summary>An instance costs the pages that it writes to.</summary>
    public bool CopyOnWrite { get; private init; }

    /// <summary>Pages get their first content back by one call.</summary>
    public bool ResetInPlace { get; private init; }

    /// <summary>Code is compiled and not interpreted.</summary>
    public bool JustInTimeCompiler { get; private init; }

    /// <summary>Memory may be writable and executable at once, as .NET's code is where its W^X is off. SELinux calls it execmem.</summary>
    public bool WritableCode { get; private init; }

    /// <summary>Code may lie in a memory file that is mapped twice, writable and executable, as .NET's code is where its W^X is on.</summary>
    public bool CodeFile { get; private init; }

    /// <summary>What is done in place of what the host cannot do, a sentence each; empty where nothing is missing.</summary>
    public IReadOnlyList<string> Fallbacks => [.. Sentences().Where(static sentence => sentence.IsMissing).Select(static sentence => sentence.Text)];

    /// <summary>One line.</summary>
    public override string ToString() =>
        $"guard={(GuardedReservation ? "8GiB" : "none")} memfd={YesNo(MemoryFile)} copy-on-write={YesNo(CopyOnWrite)} reset-in-place={YesNo(ResetInPlace)} " +
        $"jit={YesNo(JustInTimeCompiler)} rwx={YesNo(WritableCode)} code-file={YesNo(CodeFile)}";

    internal static HostCapabilities Of(MemoryCapabilities memory, CodeCapabilities code) => new()
    {
        GuardedReservation = memory.GuardedReservation,
        MemoryFile = memory.MemoryFile,
        CopyOnWrite = memory.CopyOnWrite,
        ResetInPlace = memory.ResetInPlace,
        JustInTimeCompiler = RuntimeFeature.IsDynamicCodeCompiled,
        WritableCode = code.WritableCode,
        CodeFile = code.CodeFile,
    };

    private IEnumerable<(bool IsMissing, string Text)> Sentences() =>
    [
        (!GuardedReservation, "there are not 8 GiB of addresses for each memory: bounds checks stand alone, without unmapped pages behind them"),
        (!MemoryFile, "there are no memory files (memfd): images are copied for each instance"),
        (MemoryFile && !CopyOnWrite, "memory files cannot be mapped copy-on-write: images are copied for each instance"),
        (!ResetInPlace, "pages cannot be reset in place: memories are mapped anew for each instance"),
        (!JustInTimeCompiler, "there is no just-in-time compiler: guest code is interpreted"),
        (!WritableCode, "memory that is writable and executable at once is refused: .NET runs with its W^X on only"),
        (!OperatingSystem.IsLinux(), "threads have no clocks that others can read: a limit of CPU time is not enforced, and the deadline stands alone"),
        (!CodeFile, "executable memory files are refused: .NET's W^X does not work, and its code is writable"),
    ];

    private static string YesNo(bool value) => value ? "yes" : "no";
}
