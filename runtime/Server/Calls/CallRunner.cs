using System.Buffers;
using System.Text.Json;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Mcp;
using Tapedeck.Policy;
using Tapedeck.Policy.Limits;
using Tapedeck.Server.Tools;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Calls;

/// <summary>
/// One call from its arguments to its outcome: limits, an instance of its own under a gate of its own, the function, the value as JSON. Every failure is an
/// outcome with a code.
/// </summary>
internal sealed class CallRunner(Engine engine, CallSlots slots, RunnableTool tool)
{
    /// <summary>How much more memory than their JSON values may take on their way.</summary>
    private const int Amplification = 16;

    // All calls together share some thousands of slots for memories, and as many for tables; no component needs more than a few.
    private const int MostMemories = 200;

    /// <summary>Bytes of an answer that are not counted: the server's own buffers take them, and nobody waits for the client.</summary>
    private const int FreeAnswer = 64 << 10;

    /// <summary>
    /// When it completes, everything that the call took is given back, but for the memory of a large answer until the client has read it: what a client does with the outcome costs
    /// no slot. An answer that there is no memory for is none.
    /// </summary>
    /// <param name="arguments">A JSON object.</param>
    internal async ValueTask<CallOutcome> RunAsync(ServedFunction function, ReadOnlyMemory<byte> arguments, CallRecord record, CallContext context)
    {
        var cancellationToken = context.Cancellation;
        var limits = tool.Gate.Current.Limits;
        if (arguments.Length > limits.Arguments)
        {
            return CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.Arguments, limits.Arguments)));
        }
        // Before the arguments are read: what that costs counts as a call as well.
        using var slot = slots.TryTake(limits, out var exceeded);
        if (slot is null)
        {
            return CallOutcome.Failed(CallFailure.Of(exceeded!));
        }
        var values = JsonArguments.Read(arguments.Span, function.Parameters, limits.Arguments * Amplification, out var problem);
        if (values is null)
        {
            return CallOutcome.Failed(CallFailure.Of(FailureCodes.InvalidArguments, $"the arguments do not conform to the input schema: {problem}"));
        }
        var gate = tool.Gate.ForCall(record.Decided);
        using var state = Begin(gate, out problem);
        if (state is null)
        {
            return CallOutcome.Failed(CallFailure.Of(FailureCodes.Internal, problem));
        }
        using var call = new Call(engine, OptionsOf(limits, state, cancellationToken));
        var outcome = await RunAsync(function, values, call, limits, cancellationToken);
        outcome = outcome with { Failure = outcome.Failure is { } failure ? Explained(failure, state, record) : null, Log = state.Log };
        if (outcome.BytesToSend(context.WantsLog(LogSeverity.Notice)) is > FreeAnswer and var bytes)
        {
            if (slot.TryKeep(bytes, out exceeded) is not { } kept)
            {
                return TooLargeToKeep(exceeded!);
            }
            context.KeepUntilAnswered(kept);
        }
        return outcome;
    }

    /// <summary>Instead of an answer, and the log with it, that there is no memory to wait in until the client has read them.</summary>
    private static CallOutcome TooLargeToKeep(LimitExceeded exceeded) => CallOutcome.Failed(CallFailure.Of(exceeded) with
    {
        Message = $"the call came to its end, but {exceeded.Message} by its answer: ask for less at once, or again later",
    });

    /// <summary>The state of a call, or null where a granted folder cannot be opened.</summary>
    private WasiState? Begin(Gate gate, out string problem)
    {
        try
        {
            problem = "";
            return new WasiState(gate, tool.Options());
        }
        catch (IOException exception)
        {
            problem = $"a granted folder cannot be opened: {exception.Message}";
            return null;
        }
    }

    private static CallOptions OptionsOf(CallLimits limits, WasiState state, CancellationToken cancellationToken) => new()
    {
        StoreLimits = new StoreLimits { MemoryBytes = limits.Memory, Memories = MostMemories, Tables = MostMemories },
        LiftBudgetBytes = Math.Max(limits.Response, limits.Arguments) * Amplification,
        Handles = limits.OpenHandles,
        State = state,
        Cancellation = cancellationToken,
    };

    private async Task<CallOutcome> RunAsync(
        ServedFunction function, WitValue[] values, Call call, CallLimits limits, CancellationToken cancellationToken)
    {
        CpuLimit? cpu = null;
        try
        {
            return await engine.RunAsync(call.Store, Measured, limits.CallDeadline, cancellationToken);
        }
        catch (TrapException trap) when (trap.Code == TrapCode.Interrupted && cpu?.IsReached == true)
        {
            return CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.CpuTime, (long)limits.CpuTime.TotalMilliseconds)));
        }
        catch (TrapException trap) when (trap.Code == TrapCode.Interrupted)
        {
            return CallOutcome.Failed(cancellationToken.IsCancellationRequested
                ? CallFailure.Of(FailureCodes.Cancelled, "the call was cancelled")
                : CallFailure.Of(new LimitExceeded(LimitName.CallDeadline, (long)limits.CallDeadline.TotalMilliseconds)));
        }
        catch (TrapException trap)
        {
            var failure = CallFailure.Of(FailureCodes.Trap, $"the component trapped: {trap.Message}");
            // Most programs give up where they get no memory, so that is what has to be told.
            var memory = new LimitExceeded(LimitName.Memory, limits.Memory);
            return CallOutcome.Failed(call.Store.HasRefused ? failure with { Code = memory.Code, Message = $"{memory.Message}: {failure.Message}" } : failure);
        }
        catch (CallLimitException exceeded)
        {
            return CallOutcome.Failed(CallFailure.Of(exceeded.Limit == CallLimit.Handles
                ? new LimitExceeded(LimitName.OpenHandles, limits.OpenHandles)
                : new LimitExceeded(LimitName.Response, limits.Response)));
        }
        catch (LimitException exceeded)
        {
            return CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.Memory, limits.Memory)) with { Message = exceeded.Message });
        }
        catch (InvalidModuleException refused)
        {
            // Code is translated when it is called for the first time.
            return CallOutcome.Failed(CallFailure.Of(FailureCodes.Trap, $"the component has code that cannot be run: {refused.Message}"));
        }
        catch (BusyException busy)
        {
            return CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.ConcurrentCalls, limits.ConcurrentCalls)) with { Message = busy.Message });
        }

        CallOutcome Measured()
        {
            // CPU time is never more than the time that passes, so the deadline is enough where it comes first.
            using (cpu = limits.CpuTime < limits.CallDeadline ? engine.LimitCpu(call.Store, limits.CpuTime) : null)
            {
                return Run(function, values, call, limits);
            }
        }
    }

    // On a call thread.
    private CallOutcome Run(ServedFunction function, WitValue[] values, Call call, CallLimits limits)
    {
        var instance = tool.Template.New(call);
        if (!instance.TryFunc(function.Export, out var func))
        {
            return CallOutcome.Failed(CallFailure.Of(FailureCodes.Internal, $"the component has no {function.Export}"));
        }
        var value = func.Invoke(values);
        return function.Fallible is null ? Written(value, limits)
            : value is { CaseIndex: 0 } ok ? Written(ok.CaseValue, limits)
            : Failed(value!.Value.CaseValue, limits);
    }

    private static CallOutcome Written(WitValue? value, CallLimits limits)
    {
        var buffer = new ArrayBufferWriter<byte>();
        return TryWrite(buffer, value, limits)
            ? new CallOutcome(buffer.WrittenMemory, value?.Type.Kind == WitKind.String, null)
            : CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.Response, limits.Response)));
    }

    private static CallOutcome Failed(WitValue? error, CallLimits limits)
    {
        var buffer = new ArrayBufferWriter<byte>();
        if (!TryWrite(buffer, error, limits))
        {
            return CallOutcome.Failed(CallFailure.Of(new LimitExceeded(LimitName.Response, limits.Response)));
        }
        var message = error is null ? "the function failed and gave no reason"
            : error.Value.Type.Kind == WitKind.String ? error.Value.AsString()
            : System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
        return CallOutcome.Failed(new CallFailure(FailureCodes.ToolError, message, buffer.WrittenMemory, []));
    }

    private static bool TryWrite(ArrayBufferWriter<byte> buffer, WitValue? value, CallLimits limits)
    {
        using var writer = new Utf8JsonWriter(buffer, JsonResult.WriterOptions);
        return JsonResult.TryWrite(writer, value, limits.Response);
    }

    /// <summary>What stood against a call that failed: a limit that was reached on the way, or what was denied.</summary>
    private static CallFailure Explained(CallFailure failure, WasiState state, CallRecord record)
    {
        if (failure.Code is not (FailureCodes.ToolError or FailureCodes.Trap))
        {
            return failure;
        }
        if (state.Exceeded is { } limit)
        {
            return failure with { Code = limit.Code, Message = $"{limit.Message}: {failure.Message}" };
        }
        return record.Denied == 0 ? failure : failure with { Code = FailureCodes.Denied, Denials = record.Denials };
    }
}
