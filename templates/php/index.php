<?php
// Answers every request that no file answers.
$module = getenv('GAE_SERVICE') ?: 'default';
$version = getenv('GAE_VERSION') ?: '';
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

// What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
$internal = ['/cron/daily' => 'HTTP_X_APPENGINE_CRON', '/tasks/work' => 'HTTP_X_APPENGINE_QUEUENAME'];

function answer(int $status, string $text): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    echo $text, "\n";
}

if ($path === '/' || $path === "/$module/") {
    answer(200, "Hello from module $module, version $version!");
} elseif (!isset($internal[$path])) {
    answer(404, "There is no page $path.");
} elseif (!isset($_SERVER[$internal[$path]])) {
    answer(403, 'Only the platform may call this.');
} else {
    error_log("called: $path");
    answer(200, 'done');
}
