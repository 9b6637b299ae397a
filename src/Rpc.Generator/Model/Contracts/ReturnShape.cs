namespace Rpc.Generator.Model.Contracts;

/// <summary>What a method returns.</summary>
internal enum ReturnShape
{
    Void,
    Task,
    ValueTask,
    TaskOfResult,
    ValueTaskOfResult,
    Stream,
}
