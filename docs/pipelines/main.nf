#!/usr/bin/env nextflow
// Predicts RNAs in shards and evaluates settings in shards of folds, each shard as a process of its own,
// and gathers both. README.md says how to run it.
nextflow.enable.dsl = 2

params.program = 'rmlocnet'
params.results = 'results'
// Prediction: left out without inputs.
params.model = null
params.inputs = null // one or several files, separated by commas
params.format = 'tsv'
params.predict_shards = 8
params.predict_options = ''
// Evaluation: left out without data.
params.data = null
params.evaluate_shards = 10
params.evaluate_options = '--preset human-snorna --seeds 1'
// Where processes keep finished folds: a folder that all of them see.
params.work = "${launchDir}/results/work"

// The program exits with 1 if some records could not be predicted, too. The output is then complete,
// and is there.
process PREDICT_SHARD {
    tag "${number}/${params.predict_shards}"
    errorStrategy 'retry'
    maxRetries 2

    input:
    path model
    path rnas
    each number

    output:
    path "${number}-of-${params.predict_shards}.${params.format}"

    script:
    def output = "${number}-of-${params.predict_shards}.${params.format}"
    """
    ${params.program} predict --model '${model}' --format ${params.format} ${params.predict_options} \\
      --threads ${task.cpus} --shard ${number}/${params.predict_shards} --output ${output} ${rnas} \\
      || [ \$? -eq 1 -a -e ${output} ]
    """
}

process GATHER_PREDICTIONS {
    publishDir params.results, mode: 'copy'

    input:
    path shards

    output:
    path "predictions.${params.format}"

    script:
    """
    ${params.program} gather --output predictions.${params.format} ${shards} \\
      || [ \$? -eq 1 -a -e predictions.${params.format} ]
    """
}

// A process that is started again skips the folds that it finished before.
process EVALUATE_SHARD {
    tag "${number}/${params.evaluate_shards}"
    errorStrategy 'retry'
    maxRetries 2

    input:
    path data
    each number

    output:
    val number

    script:
    """
    ${params.program} evaluate --data '${data}' ${params.evaluate_options} --threads ${task.cpus} \\
      --work '${params.work}' --shard ${number}/${params.evaluate_shards}
    """
}

process GATHER_FOLDS {
    publishDir params.results, mode: 'copy'

    input:
    path data
    val shards

    output:
    path 'report.json'

    script:
    """
    ${params.program} evaluate --data '${data}' ${params.evaluate_options} --work '${params.work}' \\
      --json --gather > report.json
    """
}

workflow {
    if (params.inputs) {
        def rnas = params.inputs.tokenize(',').collect { file(it, checkIfExists: true) }
        def numbers = (1..params.predict_shards).toList()
        shards = PREDICT_SHARD(file(params.model, checkIfExists: true), rnas, numbers)
        GATHER_PREDICTIONS(shards.collect())
    }
    if (params.data) {
        def data = file(params.data, checkIfExists: true)
        def numbers = (1..params.evaluate_shards).toList()
        shards = EVALUATE_SHARD(data, numbers)
        GATHER_FOLDS(data, shards.collect())
    }
}
